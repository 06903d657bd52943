using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>Keys that machines come with: shown once, stored as keyed hash, told apart by their prefix.</summary>
public sealed class ApiKeyService(Db db, Secrets secrets)
{
    private const string HashPurpose = "api-key";
    private const int SecretLength = 26; // 130 bits

    private const string CreateSql = """
        insert into api_keys (organisation_id, name, prefix, key_hash, scopes, created_by)
        values (@organisation, @name, @prefix, @keyHash, @scopes, @createdBy)
        """;

    /// <returns>The whole key, which nobody can read again; null when a scope is unknown.</returns>
    public async Task<string?> CreateAsync(OrganisationId organisation, string name, IReadOnlyList<string> scopes, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        ArgumentNullException.ThrowIfNull(actor);
        if (scopes.Count == 0 || scopes.Except(ApiScope.All, StringComparer.Ordinal).Any())
        {
            return null;
        }

        var prefix = Prefix(Crockford.Random(8));
        var key = prefix + "_" + Crockford.Random(SecretLength).ToLowerInvariant();
        return await db.InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync(CreateSql, new { organisation, name, prefix, keyHash = Hash(key), scopes = scopes.ToArray(), createdBy = actor.UserId }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("api_key.created", "api_key", prefix).With(new { scopes }), actor, ct);
            return key;
        }, ct);
    }

    private const string ListSql = """
        select k.api_key_id, k.name, k.prefix, k.scopes, p.name as created_by, k.created_at, k.last_used_at, k.revoked_at
          from api_keys k
          left join people p on p.person_id = k.created_by
         where k.organisation_id = @organisation
         order by k.revoked_at is not null, k.created_at desc, k.api_key_id desc
         limit 100
        """;

    public Task<IReadOnlyList<ApiKeyRow>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<ApiKeyRow>(ListSql, new { organisation }, ct);

    private const string RevokeSql = """
        update api_keys set revoked_at = app.now()
         where api_key_id = @apiKeyId and organisation_id = @organisation and revoked_at is null
        returning prefix
        """;

    public async Task<bool> RevokeAsync(OrganisationId organisation, Guid apiKeyId, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await db.InTransactionAsync(async transaction =>
        {
            if (await transaction.QuerySingleOrDefaultAsync<string>(RevokeSql, new { organisation, apiKeyId }, ct) is not { } prefix)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("api_key.revoked", "api_key", prefix), actor, ct);
            return true;
        }, ct);
    }

    private const string FindSql = """
        with found as (
            select api_key_id, organisation_id, prefix, scopes, last_used_at from api_keys where key_hash = @keyHash and revoked_at is null
        ), touched as (
            update api_keys k set last_used_at = app.now()
              from found
             where k.api_key_id = found.api_key_id and (found.last_used_at is null or found.last_used_at < app.now() - interval '1 minute')
        )
        select f.api_key_id, f.organisation_id, o.slug, o.name_kk, o.name_ru, f.prefix, f.scopes
          from found f
          join organisations o on o.organisation_id = f.organisation_id
        """;

    /// <summary>Whose key it is; null for a wrong or revoked one.</summary>
    public Task<ApiCaller?> FindAsync(string key, CancellationToken ct) =>
        db.QuerySingleOrDefaultAsync<ApiCaller>(FindSql, new { keyHash = Hash(key is { Length: <= 100 } ? key : "") }, ct);

    internal byte[] Hash(string key) => secrets.Hash(HashPurpose, key);

    internal static string Prefix(string code) => "ewk_" + code.ToLowerInvariant();
}

public sealed record ApiKeyRow(Guid ApiKeyId, string Name, string Prefix, string[] Scopes, string? CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);

/// <summary>The organisation that a key speaks for, with what it may do there.</summary>
public sealed record ApiCaller(Guid ApiKeyId, OrganisationId OrganisationId, string Slug, string NameKk, string NameRu, string Prefix, string[] Scopes)
{
    /// <summary>Whose key it is, where an agent's key speaks for a client by a mandate.</summary>
    public OrganisationId? AgentId { get; init; }
}
