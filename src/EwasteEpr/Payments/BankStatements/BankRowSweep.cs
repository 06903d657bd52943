using System.Globalization;
using System.Text.RegularExpressions;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Receipts;
using Npgsql;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Takes imported documents of the bank one by one and lets each have its effect in the books, once; what is not sure waits for a person.</summary>
/// <remarks>The row is the queue. The bank's money is in the books from the first moment, understood or not, so that the ledger's bank equals the statement.</remarks>
public sealed partial class BankRowSweep(Db db, BankRowMatcher matcher)
{
    private static readonly Actor Sweeper = Actor.System("bank-rows");

    private const string DueSql = """
        select bank_row_id from bank_rows
         where status = 'Pending' and next_at <= app.now() and (@statement::uuid is null or statement_id = @statement)
         order by next_at, bank_row_id
         limit @most
        """;

    private const string TakeSql = OpenRowSql.Text + """

         where b.bank_row_id = @id and b.status = 'Pending' and b.next_at <= app.now()
           for update skip locked
        """;

    /// <summary>All that is due.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var total = 0;
        for (int done; (done = await SomeAsync(null, 500, ct)) > 0; total += done)
        {
        }

        return total;
    }

    /// <summary>At once after an import; what is left over, the sweep takes.</summary>
    public Task<int> NudgeAsync(Guid statement, int most, CancellationToken ct) => SomeAsync(statement, most, ct);

    private async Task<int> SomeAsync(Guid? statement, int most, CancellationToken ct)
    {
        var ids = await db.QueryAsync<Guid>(DueSql, new { statement, most }, ct);
        foreach (var id in ids)
        {
            await OneAsync(id, ct);
        }

        return ids.Count;
    }

    private const string FailedSql = """
        update bank_rows set attempts = attempts + 1, last_error = left(@error, 500), next_at = app.now() + interval '1 minute' * power(2, least(attempts, 8))
         where bank_row_id = @id and status = 'Pending'
        """;

    private async Task OneAsync(Guid id, CancellationToken ct)
    {
        try
        {
            await db.InTransactionAsync(
                async transaction =>
                {
                    if (await transaction.QuerySingleOrDefaultAsync<OpenBankRow>(TakeSql, new { id }, ct) is { } row)
                    {
                        await ApplyAsync(transaction, row, await matcher.FindAsync(transaction, row, ct), ct);
                    }

                    return true;
                },
                ct);
        }
        catch (PostgresException problem)
        {
            // The others do not wait behind this one; its row says what is wrong and is tried again.
            await db.ExecuteAsync(FailedSql, new { id, error = problem.MessageText }, ct);
        }
    }

    private static async Task ApplyAsync(DbTransaction transaction, OpenBankRow row, BankRowMatch match, CancellationToken ct)
    {
        var settled = match;
        Guid? receipt = null;
        switch (match)
        {
            case { Class: BankRowClass.Payout }:
                await PayoutAsync(transaction, row, ct);
                break;
            case { Class: BankRowClass.Storno, IsSure: true }:
                await BankRowActs.TakeBackAsync(transaction, row, match.TakesBack!.Value, row.BankRowId, Sweeper, ct);
                break;
            case { Class: BankRowClass.Refund, IsSure: true }:
                settled = await BankRowActs.ExecuteRefundAsync(transaction, row, match.Refund!.Value, ct) ? match : match with { IsSure = false };
                break;
            case { Class: BankRowClass.Fee }:
                await BankRowActs.PostAsync(transaction, row, BankRowActs.Derived(row.BankRowId, "fee"), "bank_fee", MoneyFactType.Fee, new MoneyPlace("bank_fees"), new MoneyPlace("bank"), ct);
                break;
            case var _ when row.Way == nameof(MoneyWay.Out):
                break;
            default:
                (settled, receipt) = await ReceiveAsync(transaction, row, match, ct);
                break;
        }

        if (row.Way == nameof(MoneyWay.Out) && !settled.IsSure)
        {
            await BankRowActs.UnexplainedAsync(transaction, row, BankRowActs.Derived(row.BankRowId, "unexplained"), ct);
        }

        await SettleAsync(transaction, row, settled, receipt, ct);
    }

    private const string PaidSql = "select allocated_tiyn from receipts where receipt_id = @receipt";

    private static async Task<(BankRowMatch Match, Guid? Receipt)> ReceiveAsync(DbTransaction transaction, OpenBankRow row, BankRowMatch match, CancellationToken ct)
    {
        var receipt = ReceiptId.New();
        await ReceiptBook.RecordAsync(
            transaction,
            new NewReceipt(
                receipt, ReceiptSource.Bank, row.BankRowId, match.Organisation, match.IsSure ? match.Invoice : null, Money.FromTiyn(row.AmountTiyn), row.BookedOn, row.DocumentNo, row.PartyName,
                Bin.Check(row.PartyNumber, out var bin) == BinCheck.Valid && bin.IsOrganisation ? bin : null),
            Sweeper,
            ct);
        // A card may have paid it between the look and the record: then it is a payment too much, and a person decides.
        var isPaid = match.IsSure && await transaction.QuerySingleAsync<long>(PaidSql, new { receipt }, ct) == row.AmountTiyn;
        return (match.IsSure && !isPaid ? new BankRowMatch(BankRowClass.Over) { Organisation = match.Organisation, Invoice = match.Invoice } : match, receipt.Value);
    }

    private static async Task PayoutAsync(DbTransaction transaction, OpenBankRow row, CancellationToken ct)
    {
        await BankRowActs.PostAsync(transaction, row, BankRowActs.Derived(row.BankRowId, "payout"), "provider_payout", MoneyFactType.Payout, new MoneyPlace("bank"), new MoneyPlace("card_clearing"), ct);
        if (FeeIn(row.Purpose) is { } fee && fee.Tiyn < row.AmountTiyn)
        {
            await PaymentLedger.PostAsync(
                transaction,
                new MoneyFact("provider_fee", MoneyFactType.Fee, BankRowActs.Derived(row.BankRowId, "payout-fee"), row.BookedOn, row.DocumentNo),
                new MoneyMove(new MoneyPlace("provider_fees"), new MoneyPlace("card_clearing"), fee),
                ct);
        }
    }

    /// <summary>The fee that the provider kept, where its purpose says so: "возмещение 98 500.00, комиссия 1 500.00".</summary>
    internal static Money? FeeIn(string purpose) =>
        Fee().Match(purpose) is { Success: true } match && NumberInput.TryParse(match.Groups["sum"].Value.Trim(), out var sum) == NumberProblem.None && sum > 0 && decimal.IsInteger(sum * 100) && sum < 1_000_000_000_000m
            ? Money.FromTenge(sum)
            : null;

    private const string SettleSql = """
        update bank_rows
           set status = @status, class = @class, organisation_id = @organisation, invoice_id = @invoice, receipt_id = @receipt, takes_back_id = @takesBack,
               settled_at = case @status when 'Matched' then app.now() end, last_error = null
         where bank_row_id = @id
        """;

    private static Task<int> SettleAsync(DbTransaction transaction, OpenBankRow row, BankRowMatch match, Guid? receipt, CancellationToken ct) => transaction.ExecuteAsync(
        SettleSql,
        new
        {
            id = row.BankRowId,
            status = (match.IsSure ? BankRowStatus.Matched : BankRowStatus.Waiting).ToString(),
            @class = match.Class.ToString(),
            organisation = match.Organisation,
            invoice = match.Invoice,
            receipt,
            takesBack = match.IsSure ? match.TakesBack : null,
        },
        ct);

    [GeneratedRegex(@"(комисси[яию]|комиссияс[ыі]|commission|fee)[^0-9]{0,20}(?<sum>[0-9][0-9 ,.\u00A0]{0,20}[0-9])", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Fee();
}

internal static class OpenRowSql
{
    public const string Text = """
        select b.bank_row_id, b.account, b.way, b.amount_tiyn, b.booked_on, b.document_on, b.document_no, b.party_name, b.party_number, b.party_account,
               b.purpose, b.status, b.class, b.organisation_id, b.invoice_id, b.receipt_id, b.takes_back_id, b.revision
          from bank_rows b
        """;
}
