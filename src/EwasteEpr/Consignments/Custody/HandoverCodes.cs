using System.Security.Cryptography;
using EwasteEpr.Kernel;

namespace EwasteEpr.Consignments.Custody;

/// <summary>Six digits that two people say to each other when a load changes hands: kept as a keyed hash, five tries, one use.</summary>
public sealed class HandoverCodes(Secrets secrets)
{
    public const int Digits = 6;

    private const string Purpose = "handover";

    // The last code falls when a new one is made: of two papers only the newer one opens the gate.
    private const string ReplaceSql = "update handover_codes set replaced_at = app.now() where consignment_id = @id and step = @step and replaced_at is null and used_at is null";

    private const string InsertSql = "insert into handover_codes (consignment_id, step, code_hash, made_for) values (@id, @step, @hash, @organisation)";

    /// <returns>The code, for the one who asked to see it once.</returns>
    internal async Task<string> MakeAsync(DbTransaction transaction, Guid id, HandoverStep step, OrganisationId organisation, CancellationToken ct)
    {
        var code = RandomNumberGenerator.GetString("0123456789", Digits);
        await transaction.ExecuteAsync(ReplaceSql, new { id, step = step.ToString() }, ct);
        await transaction.ExecuteAsync(InsertSql, new { id, step = step.ToString(), hash = Hash(id, step, code), organisation }, ct);
        return code;
    }

    private const string TrySql = """
        update handover_codes
           set attempts = attempts + case when code_hash = @hash then 0 else 1 end,
               used_at = case when code_hash = @hash then app.now() end, used_by = case when code_hash = @hash then @person::uuid end, used_for = case when code_hash = @hash then @organisation::uuid end
         where consignment_id = @id and step = @step and replaced_at is null and used_at is null and attempts < 5
        returning used_at is not null as is_right, 5 - attempts as left
        """;

    /// <returns>None when it is right; else how many tries are left.</returns>
    internal async Task<int?> TryAsync(DbTransaction transaction, Guid id, HandoverStep step, string typed, (OrganisationId Organisation, Guid? Person) who, CancellationToken ct)
    {
        var code = string.Concat((typed ?? "").Where(char.IsAsciiDigit));
        var tried = await transaction.QuerySingleOrDefaultAsync<TriedRow>(TrySql, new { id, step = step.ToString(), hash = Hash(id, step, code), organisation = who.Organisation, person = who.Person }, ct);
        return tried is { IsRight: true } ? null : tried?.Left ?? 0;
    }

    private byte[] Hash(Guid id, HandoverStep step, string code) => secrets.Hash(Purpose, $"{id:N}:{step}:{code}");

    private sealed record TriedRow(bool IsRight, int Left);
}
