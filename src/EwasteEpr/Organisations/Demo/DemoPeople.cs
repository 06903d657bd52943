using System.Text;
using CsvHelper;

namespace EwasteEpr.Organisations.Demo;

/// <summary>The invented people and organisations, as the files in db/demo list them.</summary>
public static class DemoPeople
{
    public static IReadOnlyList<Persona> Personas { get; } = Read("db/demo/011_people.csv", row => new Persona(
        row["code"], row["name"], row["language"],
        [.. row["memberships"].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(place => place.Split(':')).Select(place => new PersonaPlace(place[0], place[1].Split('+')))],
        row["platform_roles"].Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    public static IReadOnlyList<DemoOrganisation> Organisations { get; } =
        Read("db/demo/010_organisations.csv", row => new DemoOrganisation(row["code"], row["kind"] == "company", row["number"], row["name_kk"], row["name_ru"]));

    private static List<T> Read<T>(string resource, Func<Dictionary<string, string>, T> make)
    {
        using var stream = typeof(DemoPeople).Assembly.GetManifestResourceStream(resource)!;
        using var text = new StreamReader(stream, Encoding.UTF8);
        using var reader = CsvReader.Create(text, new CsvReaderOptions { Separator = ',' });
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(make(reader.Headers.ToDictionary(column => column, reader.GetString, StringComparer.Ordinal)));
        }

        return rows;
    }
}

/// <param name="Code">Also the user name.</param>
/// <param name="PlatformRoles">role, or role:region.</param>
public sealed record Persona(string Code, string Name, string Language, IReadOnlyList<PersonaPlace> Places, IReadOnlyList<string> PlatformRoles);

public sealed record PersonaPlace(string Organisation, IReadOnlyList<string> Roles);

/// <param name="Number">A company's BIN or a sole trader's IIN; invented, so it may stand in a file.</param>
public sealed record DemoOrganisation(string Code, bool IsCompany, string Number, string NameKk, string NameRu);
