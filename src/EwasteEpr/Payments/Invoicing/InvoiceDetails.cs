using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Invoicing;

/// <summary>The two things that may change on an issued invoice: who pays it, and its number in the tax authority's e-invoices.</summary>
public sealed class InvoiceDetails(Db db)
{
    private const string PayerSql = """
        with changed as (
            update invoices i
               set payer_name_kk = @name, payer_name_ru = @name, payer_bin = @bin, payer_address = @address
             where i.organisation_id = @organisation and i.number = @number and i.open_tiyn > 0
            returning i.number
        )
        select audit.write(@actor::jsonb, 'invoice.payer_changed', 'invoice', number, jsonb_build_object('payer', @name, 'bin', @bin)) from changed
        """;

    private const string OwnPayerSql = """
        with changed as (
            update invoices i
               set payer_name_kk = o.name_kk, payer_name_ru = o.name_ru, payer_bin = o.bin, payer_address = o.address
              from organisations o
             where o.organisation_id = i.organisation_id and i.organisation_id = @organisation and i.number = @number and i.open_tiyn > 0
            returning i.number
        )
        select audit.write(@actor::jsonb, 'invoice.payer_changed', 'invoice', number, '{"payer": "the declarant"}') from changed
        """;

    /// <param name="payer">Another organisation, or none for the declarant itself.</param>
    /// <returns>False when there is no such open invoice of the organisation.</returns>
    public async Task<bool> ChangePayerAsync(OrganisationId organisation, string number, OtherPayer? payer, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var rows = await db.QueryAsync<Guid>(
            payer is null ? OwnPayerSql : PayerSql,
            new { organisation, number, name = payer?.Name, bin = payer?.Bin.Digits, address = payer?.Address ?? "", actor = actor.ToJson() },
            ct);
        return rows.Count > 0;
    }

    private const string EsfSql = """
        with changed as (
            update invoices
               set esf_number = case when @status = 'NotIssued' then null else @esfNumber end, esf_status = @status
             where number = @number
            returning number
        )
        select audit.write(@actor::jsonb, 'invoice.esf_changed', 'invoice', number, jsonb_build_object('esf_number', @esfNumber, 'status', @status)) from changed
        """;

    /// <returns>False when there is no such invoice.</returns>
    public async Task<bool> RecordEsfAsync(string number, EsfStatus status, string? esfNumber, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return (await db.QueryAsync<Guid>(EsfSql, new { number, status = status.ToString(), esfNumber, actor = actor.ToJson() }, ct)).Count > 0;
    }
}

/// <param name="Bin">Of an organisation: a person's number has no place on somebody else's invoice.</param>
public sealed record OtherPayer(string Name, Bin Bin, string Address);

/// <summary>Of the electronic invoice (ЭСФ) in the tax authority's system, which this product does not reach.</summary>
public enum EsfStatus
{
    NotIssued,
    Issued,
    Cancelled,
}
