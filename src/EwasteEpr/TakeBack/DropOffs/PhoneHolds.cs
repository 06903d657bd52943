using System.Globalization;
using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Rewards;

namespace EwasteEpr.TakeBack.DropOffs;

/// <summary>Who proves a phone by a code keeps the reward for 72 hours instead of two, and may be told what became of the device.</summary>
/// <remarks>The number is hashed with a key for the limits and sealed for the messages; each use has a consent of its own that can be withdrawn.</remarks>
public sealed class PhoneHolds(Db db, Secrets secrets, VoucherSecrets givers, TextMessages texts)
{
    public const string PhonePurpose = "drop-off-phone";
    private const string CodePurpose = "phone-code";
    private const int MostCodesADay = 5;
    private static readonly string[] Hold = ["PhoneHold"];
    private static readonly string[] HoldAndNews = ["PhoneHold", "PhoneNews"];

    private const string ClaimSql = """
        update drop_offs set phone_hash = @phoneHash, phone_sealed = @phoneSealed, phone_confirmed_at = null
         where drop_off_id = @id and owner_hash = @ownerHash and state = 'Reserved'
        returning drop_off_id
        """;

    // Codes cost money and can be used to annoy somebody: a phone gets five a day, whoever asks.
    private const string SentSql = """
        select count(*) from phone_codes c join drop_offs d using (drop_off_id) where d.phone_hash = @phoneHash and c.created_at > app.now() - interval '1 day'
        """;

    private const string CodeSql = "insert into phone_codes (drop_off_id, code_hash) values (@id, @codeHash)";

    private const string ConsentSql = """
        insert into consents (drop_off_id, purpose) select @id, unnest(@purposes) on conflict (drop_off_id, purpose) where withdrawn_at is null do nothing
        """;

    /// <param name="body">Makes the message of the code, in the reader's language.</param>
    public Task<PhoneOutcome> SendAsync(PhoneRequest request, Func<string, string> body, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(body);
        if (PhoneNumber.Normalise(request.Phone) is not { } phone)
        {
            return Task.FromResult(PhoneOutcome.BadNumber);
        }

        return db.InTransactionAsync(async transaction =>
        {
            var phoneHash = givers.Phone(phone);
            var id = request.DropOffId;
            if (await transaction.QuerySingleAsync<long>(SentSql, new { phoneHash }, ct) >= MostCodesADay)
            {
                return PhoneOutcome.TooMany;
            }

            var claimed = new { id, phoneHash, phoneSealed = secrets.Seal(PhonePurpose, phone), ownerHash = givers.Device(request.Owner) };
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(ClaimSql, claimed, ct) is null)
            {
                return PhoneOutcome.NotFound;
            }

            var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
            await transaction.ExecuteAsync(CodeSql, new { id, codeHash = secrets.Hash(CodePurpose, id.ToString("N") + code) }, ct);
            await transaction.ExecuteAsync(ConsentSql, new { id, purposes = request.WantsNews ? HoldAndNews : Hold }, ct);
            await texts.WriteAsync(transaction, new TextMessage(phone, request.Language, body(code)), id, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("drop_off.phone_given", "drop_off", id.ToString("D")), actor, ct);
            return PhoneOutcome.Done;
        }, ct);
    }

    private const string TryCodeSql = """
        with latest as (
            select c.phone_code_id from phone_codes c join drop_offs d using (drop_off_id)
             where c.drop_off_id = @id and d.owner_hash = @ownerHash and d.state = 'Reserved' and c.used_at is null and c.expires_at > app.now() and c.attempts < 5
             order by c.created_at desc, c.phone_code_id desc limit 1
               for update of c
        )
        update phone_codes c set attempts = attempts + 1, used_at = case when c.code_hash = @codeHash then app.now() end
          from latest where c.phone_code_id = latest.phone_code_id
        returning c.used_at is not null as matched
        """;

    private const string ConfirmSql = "update drop_offs set phone_confirmed_at = app.now() where drop_off_id = @id returning phone_hash";

    public Task<PhoneOutcome> ConfirmAsync(Guid id, string owner, string? typed, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var code = typed is { Length: <= 20 } ? string.Concat(typed.Where(char.IsAsciiDigit)) : "";
            var parameters = new { id, ownerHash = givers.Device(owner), codeHash = secrets.Hash(CodePurpose, id.ToString("N") + code) };
            if (await transaction.QuerySingleOrDefaultAsync<bool?>(TryCodeSql, parameters, ct) is not true)
            {
                return PhoneOutcome.BadCode; // the failed try is counted: this commits
            }

            var phoneHash = await transaction.QuerySingleAsync<byte[]>(ConfirmSql, new { id }, ct);
            await Reservations.ConfirmPhoneAsync(transaction, id, phoneHash, ct); // null where the reward's time is over already: the page tells
            await AuditTrail.WriteAsync(transaction, new AuditEntry("drop_off.phone_confirmed", "drop_off", id.ToString("D")), actor, ct);
            return PhoneOutcome.Done;
        }, ct);

    private const string WithdrawSql = """
        with mine as (
            select drop_off_id from drop_offs where drop_off_id = @id and owner_hash = @ownerHash
        ), ended as (
            update consents c set withdrawn_at = app.now() from mine where c.drop_off_id = mine.drop_off_id and c.withdrawn_at is null returning c.consent_id
        ), forgotten as (
            update drop_offs d set phone_sealed = null from mine where d.drop_off_id = mine.drop_off_id
        )
        select count(*) from ended
        """;

    /// <summary>The number is deleted and no message is sent any more. The hash stays for the limit it was given for, and opens nothing.</summary>
    public Task<bool> WithdrawConsentAsync(Guid id, string owner, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            if (await transaction.QuerySingleAsync<long>(WithdrawSql, new { id, ownerHash = givers.Device(owner) }, ct) == 0)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("drop_off.consent_withdrawn", "drop_off", id.ToString("D")), actor, ct);
            return true;
        }, ct);
}

public sealed record PhoneRequest(Guid DropOffId, string Owner, string? Phone, bool WantsNews, string Language);

public enum PhoneOutcome
{
    Done,
    NotFound,
    BadNumber,
    BadCode,

    /// <summary>Five codes a day for one number.</summary>
    TooMany,
}
