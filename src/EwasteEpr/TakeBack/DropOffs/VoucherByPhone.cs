using System.Globalization;
using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Vouchers;
using EwasteEpr.Vouchers.Redeeming;

namespace EwasteEpr.TakeBack.DropOffs;

/// <summary>Whoever confirmed a phone and lost the browser opens the vouchers of that phone by a code sent to it.</summary>
/// <remarks>
/// A number without vouchers is answered the same, after the same statements: the page is no way to learn who hands things in.
/// Who took the consent back is not known by the number any more: then code and PIN on paper are what is left.
/// </remarks>
public sealed class VoucherByPhone(Db db, Secrets secrets, VoucherSecrets givers, TextMessages texts)
{
    private const string CodePurpose = "voucher-phone-code";
    private const int MostCodesADay = 5;

    private const string OpenableSql = """
        select v.voucher_id, v.code_sealed
          from vouchers v
          left join vouchers o on o.voucher_id = v.replaces_id
         where v.phone_hash = @phoneHash and v.expires_at > app.now() - interval '30 days'
           and exists (select from consents c where c.drop_off_id = coalesce(v.drop_off_id, o.drop_off_id) and c.purpose = 'PhoneHold' and c.withdrawn_at is null)
         order by v.made_at desc, v.voucher_id desc
         limit 10
        """;

    private const string AskSql = $"""
        with judged as materialized (
            select (select max(g.blocked_until) from voucher_guesses g where g.subject = any (@subjects) and g.blocked_until > app.now()) as wait_until,
                   (select count(*) from voucher_phone_codes p where p.phone_hash = @phoneHash and p.created_at > app.now() - interval '1 day') < @mostADay as may_ask,
                   exists ({OpenableSql}) as has_vouchers
        ), made as (
            insert into voucher_phone_codes (phone_hash, code_hash)
            select @phoneHash, @codeHash from judged j where j.wait_until is null and j.may_ask
            returning voucher_phone_code_id
        )
        select j.wait_until, m.voucher_phone_code_id as ask_id, j.has_vouchers, voucher_guess(@subjects, @patience, case when j.wait_until is null then 1 else 0 end) as counted
          from judged j left join made m on true
        """;

    /// <param name="typed">The number as it was typed.</param>
    /// <param name="language">Of the message.</param>
    /// <param name="body">Makes the message of the code, in that language.</param>
    /// <param name="actor">From where it is asked.</param>
    /// <param name="ct">The caller went away.</param>
    public Task<PhoneAsk> AskAsync(string? typed, string language, Func<string, string> body, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(actor);
        return PhoneNumber.Normalise(typed) is not { } phone
            ? Task.FromResult<PhoneAsk>(new PhoneAsk.BadNumber())
            : db.InTransactionAsync<PhoneAsk>(async transaction =>
            {
                var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
                var phoneHash = givers.Phone(phone);
                var guessers = GuessLimits.AtThePage(givers, null, actor);
                var row = await transaction.QuerySingleAsync<AskedRow>(
                    AskSql, new { phoneHash, codeHash = CodeHash(phoneHash, code), subjects = guessers.Hashes, patience = guessers.Patience, mostADay = MostCodesADay }, ct);
                if (row.AskId is not { } ask)
                {
                    return row.WaitUntil is { } until ? new PhoneAsk.Wait(until) : new PhoneAsk.TooMany();
                }

                await texts.WriteAsync(transaction, new TextMessage(phone, language, body(code)), ask, ct, isWanted: row.HasVouchers);
                return new PhoneAsk.Sent(ask);
            }, ct);
    }

    private const string TrySql = """
        update voucher_phone_codes p
           set attempts = attempts + 1, used_at = case when p.code_hash = any (@codeHashes) then app.now() end
         where p.voucher_phone_code_id = @ask and p.used_at is null and p.expires_at > app.now() and p.attempts < 5
           and not exists (select from voucher_guesses g where g.subject = any (@subjects) and g.blocked_until > app.now())
        returning p.phone_hash, p.used_at is not null as is_right
        """;

    private const string PhoneOfSql = "select phone_hash from voucher_phone_codes where voucher_phone_code_id = @ask";

    private const string WrongSql = "select voucher_guess(@subjects, @patience, 1)";

    /// <returns>The vouchers of the phone; none for a wrong, old or used up code.</returns>
    public Task<IReadOnlyList<PhoneVoucher>> OpenAsync(Guid ask, string? typed, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return db.InTransactionAsync<IReadOnlyList<PhoneVoucher>>(async transaction =>
        {
            var code = typed is { Length: <= 20 } ? string.Concat(typed.Where(char.IsAsciiDigit)) : "";
            var guessers = GuessLimits.AtThePage(givers, null, actor);
            var phone = await transaction.QuerySingleOrDefaultAsync<byte[]>(PhoneOfSql, new { ask }, ct);
            var tried = await transaction.QuerySingleOrDefaultAsync<TriedRow>(TrySql, new { ask, codeHashes = new[] { CodeHash(phone ?? [], code) }, subjects = guessers.Hashes }, ct);
            if (tried is not { IsRight: true, PhoneHash: var phoneHash })
            {
                await transaction.QuerySingleAsync<bool>(WrongSql, new { subjects = guessers.Hashes, patience = guessers.Patience }, ct);
                return []; // the try is counted: this commits
            }

            var rows = await transaction.QueryAsync<OpenableRow>(OpenableSql, new { phoneHash }, ct);
            await AuditTrail.WriteAsync(transaction, new AuditEntry("voucher.opened_by_phone", "voucher_phone_code", ask.ToString("D")).With(new { vouchers = rows.Count }), actor, ct);
            return [.. rows.Select(row => new PhoneVoucher(row.VoucherId, givers.OpenCode(row.CodeSealed)))];
        }, ct);
    }

    private const string ForgetSql = "delete from voucher_phone_codes where created_at < app.now() - interval '2 days'";

    /// <summary>The sweep that forgets who asked.</summary>
    public Task<int> ForgetAsync(CancellationToken ct) => db.ExecuteAsync(ForgetSql, null, ct);

    private byte[] CodeHash(byte[] phoneHash, string code) => secrets.Hash(CodePurpose, Convert.ToHexString(phoneHash) + code);

    private sealed record AskedRow(DateTimeOffset? WaitUntil, Guid? AskId, bool HasVouchers, bool Counted);

    private sealed record TriedRow(byte[] PhoneHash, bool IsRight);

    private sealed record OpenableRow(Guid VoucherId, byte[] CodeSealed);
}

public sealed record PhoneVoucher(Guid VoucherId, VoucherCode Code);

public abstract record PhoneAsk
{
    private PhoneAsk()
    {
    }

    /// <summary>The same whether the number has vouchers or not; only where it has some a message goes out.</summary>
    public sealed record Sent(Guid AskId) : PhoneAsk;

    public sealed record BadNumber : PhoneAsk;

    /// <summary>Five codes a day for one number.</summary>
    public sealed record TooMany : PhoneAsk;

    public sealed record Wait(DateTimeOffset Until) : PhoneAsk;
}
