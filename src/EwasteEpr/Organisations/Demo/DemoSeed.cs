using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations.Demo;

/// <summary>Gives the invented people and organisations their secrets, hashed and sealed as everybody's. Runs at each start; works once.</summary>
public sealed class DemoSeed(Db db, Secrets secrets, OrganisationService organisations, ApiKeyService apiKeys, PasswordHashing passwords)
{
    private const long Lock = 0x4557_4445_4D4F;
    private const string Recipe = "2"; // change it when what is derived below changes

    private const string StateSql = "select fingerprint from demo_state";

    private const string RememberSql = """
        insert into demo_state (fingerprint) values (@fingerprint)
        on conflict (only_row) do update set fingerprint = excluded.fingerprint
        """;

    /// <returns>True when something was written.</returns>
    public async Task<bool> RunAsync(DemoSecrets demo, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(demo);
        var fingerprint = Fingerprint(demo);
        if (await db.QuerySingleOrDefaultAsync<string>(StateSql, null, ct) == fingerprint)
        {
            return false;
        }

        // Hashing is slow on purpose; the demo's people share the work among the cores.
        var hashes = DemoPeople.Personas.AsParallel().Select(persona => (persona.Code, Hash: passwords.Hash(demo.Password(persona.Code)))).ToList();
        return await db.InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync("select pg_advisory_xact_lock(@Lock)", new { Lock }, ct);
            foreach (var organisation in DemoPeople.Organisations)
            {
                await WriteOrganisationAsync(transaction, demo, organisation, ct);
            }

            foreach (var (code, hash) in hashes)
            {
                await transaction.ExecuteAsync(PasswordSql, new { code, hash }, ct);
            }

            foreach (var organisation in WithKeys())
            {
                await WriteKeyAsync(transaction, demo, organisation, ct);
            }

            await transaction.ExecuteAsync(RememberSql, new { fingerprint }, ct);
            return true;
        }, ct);
    }

    /// <summary>Organisations that a persona belongs to have an API key, so that the API can be tried.</summary>
    public static IReadOnlyList<string> WithKeys() => [.. DemoPeople.Personas.SelectMany(persona => persona.Places).Select(place => place.Organisation).Distinct(StringComparer.Ordinal)];

    private const string OrganisationSql = """
        update organisations set slug = @slug, number_hash = @numberHash, iin_sealed = @iinSealed
         where demo_code = @code
        """;

    private Task<int> WriteOrganisationAsync(DbTransaction transaction, DemoSecrets demo, DemoOrganisation organisation, CancellationToken ct)
    {
        var number = Bin.Parse(organisation.Number);
        return transaction.ExecuteAsync(OrganisationSql, new
        {
            code = organisation.Code,
            slug = demo.Slug(organisation.Code),
            numberHash = organisations.NumberHash(number),
            iinSealed = organisation.IsCompany ? null : organisations.SealNumber(number),
        }, ct);
    }

    // Another seed means another installation's secrets: two-step codes and sessions of the old one end with it.
    private const string PasswordSql = """
        with ended as (
            update sessions s set revoked_at = app.now() from people p where p.demo_code = @code and s.person_id = p.person_id and s.revoked_at is null
        )
        update credentials c set password_hash = @hash, password_set_at = app.now(), totp_secret = null, totp_confirmed_at = null
          from people p where p.demo_code = @code and c.person_id = p.person_id
        """;

    private const string KeySql = """
        insert into api_keys (organisation_id, name, prefix, key_hash, scopes)
        select organisation_id, 'Demo', @prefix, @keyHash, @scopes from organisations where demo_code = @code
        on conflict (prefix) do update set key_hash = excluded.key_hash, scopes = excluded.scopes, revoked_at = null
        """;

    private Task<int> WriteKeyAsync(DbTransaction transaction, DemoSecrets demo, string organisation, CancellationToken ct) => transaction.ExecuteAsync(KeySql, new
    {
        code = organisation,
        prefix = demo.ApiKeyPrefix(organisation),
        keyHash = apiKeys.Hash(demo.ApiKey(organisation)),
        scopes = ApiScope.All.ToArray(),
    }, ct);

    private string Fingerprint(DemoSecrets demo)
    {
        var key = Convert.ToHexStringLower(secrets.Hash("demo-fingerprint", Recipe));
        var codes = string.Join(' ', DemoPeople.Organisations.Select(organisation => organisation.Code + organisation.Number).Concat(DemoPeople.Personas.Select(persona => persona.Code)));
        return demo.Fingerprint(key + codes);
    }
}
