using EwasteEpr.Kernel;
using EwasteEpr.Organisations;

namespace EwasteEpr.PublicRegister.Register;

/// <summary>"Is my supplier registered?": one number or a pasted list, each with a clear answer. Nothing is stored.</summary>
public sealed class SupplierCheck(Db db, OrganisationService organisations)
{
    public const int MostNumbers = 500;

    private const string FindSql = """
        select o.number_hash, o.slug, o.kind = 'sole_trader' as is_sole_trader, o.name_kk, o.name_ru, o.region_kato,
               coalesce((select array_agg(distinct r.role order by r.role) from public_register r where r.organisation_id = o.organisation_id and r.state in ('Registered', 'Certified', 'Open', 'Full')), '{}') as roles,
               (select min(r.since) from public_register r where r.organisation_id = o.organisation_id and r.role in ('Importer', 'Producer')) as since
          from organisations o
         where o.number_hash = any (@hashes)
         limit 500
        """;

    /// <param name="numbers">As they were typed, at most <see cref="MostNumbers"/>.</param>
    /// <returns>One answer for each, in their order.</returns>
    public async Task<IReadOnlyList<SupplierAnswer>> CheckAsync(IReadOnlyList<string> numbers, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        if (numbers.Count > MostNumbers)
        {
            throw new ArgumentException("More numbers than are answered at once.", nameof(numbers));
        }

        var read = numbers.Select(typed => Bin.Check(typed, out var bin) is var check && check == BinCheck.Valid ? (check, Hash: Convert.ToHexString(organisations.NumberHash(bin)), Number: bin.Digits) : (check, Hash: "", Number: "")).ToList();
        var hashes = read.Where(one => one.Hash.Length > 0).Select(one => one.Hash).Distinct(StringComparer.Ordinal).Select(Convert.FromHexString).ToArray();
        var found = (await db.QueryAsync<FoundRow>(FindSql, new { hashes }, ct)).ToDictionary(row => Convert.ToHexString(row.NumberHash), StringComparer.Ordinal);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. read.Select((one, at) => Answer(numbers[at], at, one.check, one.Number, found.GetValueOrDefault(one.Hash), seen))];
    }

    private static SupplierAnswer Answer(string typed, int at, BinCheck check, string number, FoundRow? row, Dictionary<string, int> seen)
    {
        var repeats = number.Length > 0 && !seen.TryAdd(number, at + 1) ? seen[number] : (int?)null;
        return (check, row) switch
        {
            (not BinCheck.Valid, _) => new SupplierAnswer(at + 1, typed, SupplierVerdict.Mistyped) { Fault = check },
            (_, null) => new SupplierAnswer(at + 1, typed, SupplierVerdict.NotRegistered) { Repeats = repeats },
            // A sole trader's number is personal data: whoever has it learns whether it is registered, and no name for it.
            (_, { IsSoleTrader: true }) => new SupplierAnswer(at + 1, typed, Verdict(row)) { Roles = row.Roles, Since = row.Since, Repeats = repeats, IsSoleTrader = true },
            _ => new SupplierAnswer(at + 1, typed, Verdict(row)) { Roles = row.Roles, Since = row.Since, Repeats = repeats, NameKk = row.NameKk, NameRu = row.NameRu, Slug = row.Slug, RegionKato = row.RegionKato },
        };
    }

    private static SupplierVerdict Verdict(FoundRow row) =>
        Array.Exists(row.Roles, role => role is "Importer" or "Producer") ? SupplierVerdict.Registered : row.Roles.Length > 0 ? SupplierVerdict.RegisteredAsOther : SupplierVerdict.NotRegistered;

    private sealed record FoundRow(byte[] NumberHash, string Slug, bool IsSoleTrader, string NameKk, string NameRu, string RegionKato, string[] Roles, DateOnly? Since);
}

public enum SupplierVerdict
{
    /// <summary>As importer or producer.</summary>
    Registered,

    /// <summary>Certified, a point or a merchant, and neither importer nor producer.</summary>
    RegisteredAsOther,
    NotRegistered,
    Mistyped,
}

/// <param name="No">Place in the list, from 1.</param>
/// <param name="Typed">As it came.</param>
public sealed record SupplierAnswer(int No, string Typed, SupplierVerdict Verdict)
{
    public BinCheck Fault { get; init; }

    public IReadOnlyList<string> Roles { get; init; } = [];

    public DateOnly? Since { get; init; }

    /// <summary>The same number stood there before, in this place.</summary>
    public int? Repeats { get; init; }

    public bool IsSoleTrader { get; init; }

    public string? NameKk { get; init; }

    public string? NameRu { get; init; }

    public string? Slug { get; init; }

    public string? RegionKato { get; init; }

    public string? Name(string language) => language == "kk" ? NameKk : NameRu;
}

/// <summary>From what was pasted to numbers: a line may be a row of a spreadsheet with a name beside the number.</summary>
public static class SupplierList
{
    private static readonly char[] Separators = ['\t', ';', ','];

    public static IReadOnlyList<string> Read(string? pasted) =>
        [.. (pasted ?? "").Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).SelectMany(Numbers)];

    private static IEnumerable<string> Numbers(string line)
    {
        var parts = line.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var numbers = parts.Where(LooksLikeANumber).ToList();
        return numbers.Count > 0 ? numbers : [line.Length > 60 ? line[..60] : line];
    }

    private static bool LooksLikeANumber(string part) => part.Length >= 6 && part.All(c => char.IsAsciiDigit(c) || c is ' ' or '\u00A0' or '\u202F' or '-');
}
