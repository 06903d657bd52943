using System.Globalization;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Cards;

/// <summary>An invoice is paid by card: the attempt is stored, then the provider is asked for its page. One page for an invoice at a time.</summary>
public sealed class CardPayments(Db db, ICardGateway gateway, CardOptions options, CardSettling settling)
{
    /// <summary>How long a page can be paid at. The provider wants half an hour at least, counted from when it hears of it.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);

    /// <summary>A page about to end is not handed out again.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private const string AttemptColumns = "a.attempt_id, i.number, a.state, a.amount_tiyn, a.url, a.created_at, a.expires_at, a.paid_at, a.last_decline";

    private const string PayableSql = """
        select i.invoice_id, i.number, i.amount_tiyn, i.credited_tiyn, i.allocated_tiyn, i.open_tiyn, i.payment_reference, s.value as card_max
          from invoices i
          left join app.settings s on s.key = 'payments.card_max'
         where i.organisation_id = @organisation and i.number = @number
        """;

    private const string OpenSql = $"""
        select {AttemptColumns}
          from payment_attempts a join invoices i using (invoice_id)
         where a.organisation_id = @organisation and i.number = @number and a.state in ('Created', 'Open', 'Held')
         limit 1
        """;

    /// <summary>What is left to pay, after what was credited and paid in part; none where it is not this organisation's.</summary>
    public async Task<PayableInvoice?> FindAsync(OrganisationId organisation, string number, CancellationToken ct)
    {
        var parameters = new { organisation, number };
        return await db.QuerySingleOrDefaultAsync<PayableRow>(PayableSql, parameters, ct) is not { } row
            ? null
            : new PayableInvoice(
                row.InvoiceId, row.Number, row.AmountTiyn, row.CreditedTiyn, row.AllocatedTiyn, row.OpenTiyn, row.PaymentReference, row.CardMax,
                await db.QuerySingleOrDefaultAsync<AttemptRow>(OpenSql, parameters, ct) is { } open ? open.ToView() : null);
    }

    private const string AttemptSql = $"""
        select {AttemptColumns}
          from payment_attempts a join invoices i using (invoice_id)
         where a.organisation_id = @organisation and i.number = @number and a.attempt_id = @attempt
        """;

    public async Task<AttemptView?> AttemptAsync(OrganisationId organisation, string number, Guid attempt, CancellationToken ct) =>
        (await db.QuerySingleOrDefaultAsync<AttemptRow>(AttemptSql, new { organisation, number, attempt }, ct))?.ToView();

    /// <summary>Opens the provider's page for what is left to pay, or finds the one that is open. Asked twice at once, both get the same.</summary>
    public async Task<StartOutcome> StartAsync(StartPayment request, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!options.IsOffered)
        {
            return new StartOutcome.NotOffered();
        }

        var last = Guid.Empty;
        for (var round = 0; round < 3; round++)
        {
            if (await FindAsync(request.Organisation, request.InvoiceNumber, ct) is not { } invoice)
            {
                return new StartOutcome.NotFound();
            }

            if (invoice.Open is { State: AttemptState.Held } held)
            {
                return new StartOutcome.BeingLookedAt(held.AttemptId);
            }

            if (invoice.Open is { } open)
            {
                if (open.AmountTiyn == invoice.OpenTiyn && open.ExpiresAt - Margin > await NowAsync(ct))
                {
                    return await OpenPageAsync(request.Organisation, open, ct);
                }

                last = open.AttemptId;
                // Something was paid or credited meanwhile, or its time is over: that page must be closed before another one opens.
                if (await CloseAsync(open.AttemptId, ct) is { } refusal)
                {
                    return refusal;
                }

                continue;
            }

            if (invoice.OpenTiyn <= 0)
            {
                return new StartOutcome.NothingToPay();
            }

            if (!invoice.IsWithinCardMax)
            {
                return new StartOutcome.AboveCardMax(invoice.CardMax);
            }

            await StoreAsync(invoice, request, actor, ct); // who comes second finds the first one's in the next round
        }

        return new StartOutcome.Unavailable(last); // it changes faster than a payment can begin, or its old page cannot be closed
    }

    private const string StoreSql = """
        insert into payment_attempts (attempt_id, invoice_id, organisation_id, amount_tiyn, is_live, idempotency_key, language, title, pay_page, expires_at, created_by)
        select @attempt, invoice_id, organisation_id, open_tiyn, @isLive, 'attempt-' || @attempt, @Language, number, @payPage, app.now() + @lifetime, @person
          from invoices
         where invoice_id = @InvoiceId and open_tiyn = @OpenTiyn
        on conflict (invoice_id) where state in ('Created', 'Open', 'Held') do nothing
        returning attempt_id
        """;

    private Task<bool> StoreAsync(PayableInvoice invoice, StartPayment request, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var parameters = new
            {
                attempt = Guid.CreateVersion7(), invoice.InvoiceId, invoice.OpenTiyn, isLive = gateway.IsLive, request.Language, payPage = request.PayPage.AbsoluteUri,
                lifetime = Lifetime, person = actor.UserId,
            };
            if (await transaction.QuerySingleOrDefaultAsync<Guid?>(StoreSql, parameters, ct) is not { } attempt)
            {
                return false;
            }

            await AuditTrail.WriteAsync(transaction, new AuditEntry("card_payment.begun", "payment_attempt", attempt.ToString()).With(new { invoice = invoice.Number, tiyn = invoice.OpenTiyn }), actor, ct);
            return true;
        },
        ct);

    private async Task<StartOutcome> OpenPageAsync(OrganisationId organisation, AttemptView attempt, CancellationToken ct)
    {
        if (attempt.State == AttemptState.Open)
        {
            return new StartOutcome.Opened(attempt);
        }

        switch (await settling.OpenAsync(attempt.AttemptId, ct))
        {
            case SettledAs.Refused refused:
                return new StartOutcome.Refused(refused.Code);
            case SettledAs.NotAnswered:
                return new StartOutcome.Unavailable(attempt.AttemptId);
            default:
                var opened = await AttemptAsync(organisation, attempt.InvoiceNumber, attempt.AttemptId, ct);
                return opened?.Url is null ? new StartOutcome.Unavailable(attempt.AttemptId) : new StartOutcome.Opened(opened);
        }
    }

    private async Task<StartOutcome?> CloseAsync(Guid attempt, CancellationToken ct) =>
        await settling.CloseAsync(attempt, ct) is SettledAs.NotAnswered ? new StartOutcome.Unavailable(attempt) : null;

    private Task<DateTimeOffset> NowAsync(CancellationToken ct) => db.QuerySingleAsync<DateTimeOffset>("select app.now()", null, ct);

    private sealed record PayableRow(
        Guid InvoiceId, string Number, long AmountTiyn, long CreditedTiyn, long AllocatedTiyn, long OpenTiyn, string PaymentReference, string? CardMax);

    private sealed record AttemptRow(
        Guid AttemptId, string Number, string State, long AmountTiyn, string? Url, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? PaidAt, string? LastDecline)
    {
        public AttemptView ToView() => new(
            AttemptId, Number, Enum.Parse<AttemptState>(State), AmountTiyn, State == nameof(AttemptState.Open) ? Url : null, CreatedAt, ExpiresAt, PaidAt, LastDecline);
    }
}

/// <param name="PayPage">The address of our own pay page, without a slash at its end: the browser comes back to the attempt under it.</param>
/// <param name="Language">kk, ru or en.</param>
public sealed record StartPayment(OrganisationId Organisation, string InvoiceNumber, Uri PayPage, string Language)
{
    public static Uri AttemptPage(string payPage, Guid attempt) => new(string.Create(CultureInfo.InvariantCulture, $"{payPage}/{attempt:D}"));
}
