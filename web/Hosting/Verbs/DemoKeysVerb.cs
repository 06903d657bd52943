using System.Text.Json;
using EwasteEpr.Organisations.Demo;

namespace EwasteEpr.Web.Hosting.Verbs;

/// <summary>The personas of the demonstration with their secrets, as JSON. Needs no database: all of it is derived from demo.seed.</summary>
public sealed class DemoKeysVerb : IVerb
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public string Name => "demo-keys";

    public string Usage => "demo-keys            print the personas' user names, passwords and API keys as JSON (Demo mode only)";

    public async Task<int> RunAsync(string[] arguments, CancellationToken ct)
    {
        var host = VerbHost.Create();
        if (!host.IsDemo)
        {
            await Console.Error.WriteLineAsync("demo-keys works in Demo mode only: elsewhere there are no demo people.");
            return 2;
        }

        var secrets = DemoSecrets.Load(Path.GetFullPath(host.Configuration["EWASTE_DATA"] ?? "data"));
        var companies = DemoPeople.Organisations.Where(organisation => organisation.IsCompany).ToDictionary(organisation => organisation.Code, organisation => organisation.Number, StringComparer.Ordinal);
        var keys = DemoPeople.Personas.ToDictionary(persona => persona.Code, persona =>
        {
            var organisation = persona.Places.Count > 0 ? persona.Places[0].Organisation : null;
            return new PersonaKeys(
                persona.Code,
                secrets.Password(persona.Code),
                organisation is null ? null : companies.GetValueOrDefault(organisation),
                organisation is null ? null : secrets.Slug(organisation),
                organisation is null ? null : secrets.ApiKey(organisation));
        }, StringComparer.Ordinal);
        Console.WriteLine(JsonSerializer.Serialize(keys, Json));
        return 0;
    }

    /// <param name="UserName">Also the persona's code.</param>
    /// <param name="Password">Works on the sign-in page of this installation only.</param>
    /// <param name="OrganisationBin">None for a sole trader, whose number is personal data, and for people of the platform.</param>
    /// <param name="OrganisationSlug">The word in the organisation's addresses: /org/{slug}.</param>
    /// <param name="ApiKey">Of the organisation, with every scope.</param>
    private sealed record PersonaKeys(string UserName, string Password, string? OrganisationBin, string? OrganisationSlug, string? ApiKey);
}
