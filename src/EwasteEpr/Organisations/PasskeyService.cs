using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Organisations;

/// <summary>Passkeys as rows. What they prove is checked by the framework; here they are kept, found and removed.</summary>
public sealed class PasskeyService(Db db)
{
    private const string SaveSql = """
        insert into passkeys (credential_id, person_id, name, public_key, sign_count, transports, is_user_verified, is_backup_eligible, is_backed_up, attestation_object, client_data_json)
        values (@CredentialId, @person, @Name, @PublicKey, @SignCount, @Transports, @IsUserVerified, @IsBackupEligible, @IsBackedUp, @AttestationObject, @ClientDataJson)
        """;

    public Task AddAsync(PersonId person, Passkey passkey, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(passkey);
        return db.InTransactionAsync(async transaction =>
        {
            await transaction.ExecuteAsync(SaveSql, new
            {
                person,
                passkey.CredentialId,
                passkey.Name,
                passkey.PublicKey,
                passkey.SignCount,
                passkey.Transports,
                passkey.IsUserVerified,
                passkey.IsBackupEligible,
                passkey.IsBackedUp,
                passkey.AttestationObject,
                passkey.ClientDataJson,
            }, ct);
            return await AuditTrail.WriteAsync(transaction, new AuditEntry("passkey.added", "person", person.ToString()), actor, ct);
        }, ct);
    }

    private const string UsedSql = """
        update passkeys set sign_count = @signCount, is_backed_up = @isBackedUp, last_used_at = app.now()
         where credential_id = @credentialId and sign_count <= @signCount
        """;

    /// <returns>False when the counter went back: a copied authenticator.</returns>
    public async Task<bool> UsedAsync(byte[] credentialId, long signCount, bool isBackedUp, CancellationToken ct) =>
        await db.ExecuteAsync(UsedSql, new { credentialId, signCount, isBackedUp }, ct) == 1;

    private const string ListSql = """
        select credential_id, name, public_key, created_at, sign_count, transports, is_user_verified, is_backup_eligible, is_backed_up, attestation_object, client_data_json, last_used_at
          from passkeys
         where person_id = @person
         order by created_at, credential_id
         limit 50
        """;

    public Task<IReadOnlyList<Passkey>> ListAsync(PersonId person, CancellationToken ct) => db.QueryAsync<Passkey>(ListSql, new { person }, ct);

    private const string OwnerSql = "select p.person_id, p.user_name, p.name from passkeys k join people p on p.person_id = k.person_id where k.credential_id = @credentialId";

    public Task<PasskeyOwner?> OwnerAsync(byte[] credentialId, CancellationToken ct) => db.QuerySingleOrDefaultAsync<PasskeyOwner>(OwnerSql, new { credentialId }, ct);

    private const string PersonSql = "select person_id, user_name, name from people where person_id = @person";

    public Task<PasskeyOwner?> PersonAsync(PersonId person, CancellationToken ct) => db.QuerySingleOrDefaultAsync<PasskeyOwner>(PersonSql, new { person }, ct);

    private const string RemoveSql = "delete from passkeys where person_id = @person and credential_id = @credentialId";

    public Task<bool> RemoveAsync(PersonId person, byte[] credentialId, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.ExecuteAsync(RemoveSql, new { person, credentialId }, ct) == 0)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("passkey.removed", "person", person.ToString()), actor, ct);
            return true;
        }, ct);
}

public sealed record Passkey(
    byte[] CredentialId, string Name, byte[] PublicKey, DateTimeOffset CreatedAt, long SignCount, string[] Transports,
    bool IsUserVerified, bool IsBackupEligible, bool IsBackedUp, byte[] AttestationObject, byte[] ClientDataJson, DateTimeOffset? LastUsedAt);

public sealed record PasskeyOwner(PersonId PersonId, string UserName, string Name);
