using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.Certificates;

/// <summary>Certificates to look at: an organisation's own, with everything that stands on them.</summary>
public sealed class CertificateQueries(Db db)
{
    private const string ListSql = """
        select c.number, c.code, c.state, c.annulled_cause, c.annulled_at, c.amount_tiyn, c.settled_on, c.issued_on, i.number as invoice, d.number as declaration,
               (select count(*)::int from certificate_documents x where x.certificate_id = c.certificate_id) as documents, c.certificate_id
          from certificates c join invoices i using (invoice_id) join declarations d on d.declaration_id = c.declaration_id
         where c.organisation_id = @organisation and (@after::uuid is null or c.certificate_id < @after)
         order by c.certificate_id desc
         limit @limit
        """;

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<CertificateListed>> ListAsync(OrganisationId organisation, Guid? after, int limit, CancellationToken ct) =>
        db.QueryAsync<CertificateListed>(ListSql, new { organisation, after, limit }, ct);

    private const string OneSql = """
        select c.certificate_id, c.number, c.code, c.state, c.annulled_cause, c.annulled_at, c.amount_tiyn, c.settled_on, c.issued_on, c.programme, c.version,
               i.number as invoice, d.number as declaration, o.slug, o.name_kk, o.name_ru, o.bin, i.terms ->> 'beneficiary' as beneficiary, i.terms ->> 'beneficiary_bin' as beneficiary_bin,
               (select n.number from certificates n where n.invoice_id = c.invoice_id and n.state = 'Live') as live_number,
               exists (select from billed_versions b where b.invoice_id = c.invoice_id and b.since_version is not null) as is_difference
          from certificates c join invoices i using (invoice_id) join declarations d on d.declaration_id = c.declaration_id join organisations o on o.organisation_id = c.organisation_id
         where c.number = @number and c.organisation_id = @organisation
        """;

    private const string DocumentsSql = """
        select row_no, code, document_no, credit_note, lines, units, mass_grams, amount_tiyn
          from certificate_documents where certificate_id = @certificate and (@row::int is null or row_no = @row)
         order by row_no limit 100000
        """;

    /// <param name="row">One document alone, for its extract.</param>
    public async Task<(Certificate Certificate, IReadOnlyList<CertificateDocument> Documents)?> FindAsync(OrganisationId organisation, string number, int? row, CancellationToken ct)
    {
        if (await db.QuerySingleOrDefaultAsync<Certificate>(OneSql, new { organisation, number }, ct) is not { } certificate)
        {
            return null;
        }

        var documents = await db.QueryAsync<CertificateDocument>(DocumentsSql, new { certificate = certificate.CertificateId, row }, ct);
        return row is not null && documents.Count == 0 ? null : (certificate, documents);
    }
}

public sealed record CertificateListed(
    string Number, string Code, string State, string? AnnulledCause, DateTimeOffset? AnnulledAt, long AmountTiyn, DateOnly SettledOn, DateOnly IssuedOn, string Invoice, string Declaration, int Documents, Guid CertificateId);

/// <param name="Bin">A company's; a sole trader's number is personal and is not shown.</param>
/// <param name="IsDifference">Its invoice is supplementary: amounts and masses are what a correction changed.</param>
/// <param name="LiveNumber">The certificate that stands for the invoice now, if there is one.</param>
public sealed record Certificate(
    Guid CertificateId, string Number, string Code, string State, string? AnnulledCause, DateTimeOffset? AnnulledAt, long AmountTiyn, DateOnly SettledOn, DateOnly IssuedOn, string Programme, int Version,
    string Invoice, string Declaration, string Slug, string NameKk, string NameRu, string? Bin, string? Beneficiary, string? BeneficiaryBin, string? LiveNumber, bool IsDifference)
{
    public bool IsLive => State == "Live";

    public string Name(string language) => language == "kk" ? NameKk : NameRu;
}

/// <param name="DocumentNo">Empty: lines that name no document.</param>
public sealed record CertificateDocument(int RowNo, string Code, string DocumentNo, string? CreditNote, int Lines, long Units, long MassGrams, long AmountTiyn);
