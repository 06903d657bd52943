using EwasteEpr.Declarations;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Payments.Invoicing;

/// <summary>Invoices for what was submitted, credit notes for what became less or was returned: what waits in <c>billing_queue</c> is billed here.</summary>
/// <remarks>The queue's row goes in the transaction of its document, so a crash at any step leaves either both or neither.</remarks>
public sealed class Billing(Db db)
{
    private static readonly Actor Sweeper = Actor.System("billing");

    private const string WaitingSql = """
        select q.declaration_id, q.version, q.event
          from billing_queue q
         where q.next_at <= app.now()
         order by q.next_at, q.declaration_id, q.version, q.event desc
         limit 500
        """;

    private const string OneSql = """
        select q.declaration_id, q.version, q.event
          from billing_queue q join declarations d using (declaration_id)
         where d.organisation_id = @organisation and d.number = @number
         order by q.version, q.event desc
         limit 500
        """;

    /// <summary>Bills all that waits. Without the operator's account nothing is billed and everything keeps waiting.</summary>
    /// <returns>How many documents or zero-fee versions were dealt with.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var total = 0;
        var done = -1;
        while (done != 0)
        {
            done = await BillAsync(await db.QueryAsync<QueueRow>(WaitingSql, null, ct), ct);
            total += done;
        }

        return total;
    }

    /// <summary>At once after a submission; what this cannot do, the sweep will.</summary>
    public async Task<int> BillNowAsync(DeclarationKey key, CancellationToken ct) =>
        await BillAsync(await db.QueryAsync<QueueRow>(OneSql, new { organisation = key.Organisation, number = key.Number }, ct), ct);

    private async Task<int> BillAsync(IReadOnlyList<QueueRow> waiting, CancellationToken ct)
    {
        if (waiting.Count == 0 || await PaymentTerms.ReadAsync(db, ct) is not { Printed.Missing.Count: 0 } terms)
        {
            return 0;
        }

        var done = 0;
        foreach (var row in waiting)
        {
            done += await BillOneAsync(row, terms, null, ct) is { } ? 1 : 0;
        }

        return done;
    }

    private const string BillSql = """
        select payments.bill_version(@DeclarationId, @Version, @Event, @on::date, coalesce(@on::date, app.today()) + @days::int, @reference, @terms::jsonb, @actor::jsonb)
        """;

    private const string FailedSql = """
        update billing_queue set attempts = attempts + 1, last_error = left(@error, 500), next_at = app.now() + interval '1 minute' * power(2, least(attempts, 8))
         where declaration_id = @DeclarationId and version = @Version and event = @Event
        """;

    /// <returns>What it became; none when it was done before or its turn has not come.</returns>
    private async Task<string?> BillOneAsync(QueueRow row, PaymentTerms terms, DateOnly? on, CancellationToken ct)
    {
        try
        {
            var outcome = await db.QuerySingleAsync<string?>(
                BillSql,
                new { row.DeclarationId, row.Version, row.Event, on, days = terms.InvoiceDays, reference = PaymentReference.New(), terms = terms.Printed.ToJson(), actor = Sweeper.ToJson() },
                ct);
            return outcome == "Early" ? null : outcome;
        }
        catch (PostgresException problem)
        {
            // The others must not wait behind this one; its row says what is wrong and is tried again.
            await db.ExecuteAsync(FailedSql, new { row.DeclarationId, row.Version, row.Event, error = problem.MessageText }, ct);
            return null;
        }
    }

    private const string StateSql = "select count(*)::int as waiting, count(*) filter (where attempts > 0)::int as failed, min(queued_at) as oldest_at from billing_queue";

    /// <summary>What waits, what failed, and which settings are missing, for the operator's page.</summary>
    public async Task<BillingState> StateAsync(CancellationToken ct)
    {
        var row = await db.QuerySingleAsync<StateRow>(StateSql, null, ct);
        return new BillingState(row.Waiting, row.Failed, row.OldestAt, (await PaymentTerms.ReadAsync(db, ct)).Printed.Missing);
    }

    private const string OfDeclarationSql = """
        select q.declaration_id, q.version, q.event
          from billing_queue q join declarations d using (declaration_id)
         where d.organisation_id = @organisation
         order by q.declaration_id, q.version, q.event desc
         limit 500
        """;

    /// <summary>For the demonstration: bills what waits of one organisation as if it had been some days ago.</summary>
    internal async Task<int> BillBackdatedAsync(OrganisationId organisation, Func<Guid, DateOnly> dayOf, CancellationToken ct)
    {
        var terms = await PaymentTerms.ReadAsync(db, ct);
        var done = 0;
        foreach (var row in await db.QueryAsync<QueueRow>(OfDeclarationSql, new { organisation }, ct))
        {
            done += await BillOneAsync(row, terms, dayOf(row.DeclarationId), ct) is { } ? 1 : 0;
        }

        return done;
    }

    private sealed record QueueRow(Guid DeclarationId, int Version, string Event);

    private sealed record StateRow(int Waiting, int Failed, DateTimeOffset? OldestAt);
}

/// <param name="Missing">Settings without which no invoice is issued.</param>
public sealed record BillingState(int Waiting, int Failed, DateTimeOffset? OldestAt, IReadOnlyList<string> Missing);
