using EwasteEpr.Kernel;

namespace EwasteEpr.PublicRegister;

/// <summary>Anybody holding a paper may ask whether it is genuine and still stands: one address for every kind of document.</summary>
/// <remarks>A new kind adds its value to <c>verification_codes</c>, a query here and a partial view; the page, the form and the typed code are shared.</remarks>
public sealed class DocumentVerification(Db db)
{
    private const string CodeSql = "select kind from verification_codes where code = @code";

    // The sole trader's number is personal: a certificate shows the name alone.
    private const string CertificateSql = """
        select c.number, c.state, c.annulled_cause, c.annulled_at, c.programme, c.amount_tiyn, c.settled_on, c.issued_on, o.name_kk, o.name_ru, o.bin, d.number as declaration,
               (select count(*)::int from certificate_documents x where x.certificate_id = c.certificate_id) as documents,
               coalesce((select sum(x.mass_grams) from certificate_documents x where x.certificate_id = c.certificate_id), 0)::bigint as mass_grams,
               null::text as document_no, null::text as of_certificate, exists (select from billed_versions b where b.invoice_id = c.invoice_id and b.since_version is not null) as is_difference
          from certificates c join organisations o using (organisation_id) join declarations d using (declaration_id)
         where c.code = @code
        union all
        select c.number || '/' || x.row_no, c.state, c.annulled_cause, c.annulled_at, c.programme, x.amount_tiyn, c.settled_on, c.issued_on, o.name_kk, o.name_ru, o.bin, d.number,
               1, x.mass_grams, x.document_no, c.number, exists (select from billed_versions b where b.invoice_id = c.invoice_id and b.since_version is not null)
          from certificate_documents x join certificates c using (certificate_id) join organisations o using (organisation_id) join declarations d using (declaration_id)
         where x.code = @code
        """;

    // A certification is verified by its number: it stands in a public register, so there is nothing to guess.
    private const string CertificationSql = """
        select c.number, case when c.state = 'Valid' and c.expires_on <= app.today() then 'Expired' when c.state = 'Valid' and c.valid_from > app.today() then 'Future' else c.state end as state,
               c.state_reason, c.valid_from, c.expires_on, o.name_kk, o.name_ru, o.bin, array(select distinct p.category from certified_scopes p where p.certification_id = c.certification_id order by 1) as categories
          from certifications c join organisations o using (organisation_id)
         where c.number = @number
        """;

    // What a note's paper shows, and what its batches proved since: persons and prices stay out.
    private const string EvidenceSql = """
        select n.number, n.state, n.grams, n.approved_at, b.category, b.year, b.payer, o.name_kk, o.name_ru, o.bin, s.number as site, r.name_kk as recipient_kk, r.name_ru as recipient_ru,
               n.reason, (select max(h.at) from evidence_history h where h.note_id = n.note_id) as changed_at,
               (select count(distinct p.batch_id)::int from evidence_parts p where p.note_id = n.note_id) as batches
          from evidence_notes n
          join waste_balances b using (balance_id)
          join sites s on s.site_id = b.site_id
          join organisations o on o.organisation_id = n.organisation_id
          left join organisations r on r.organisation_id = n.recipient_id
         where n.code = @code
        """;

    /// <param name="typed">As it was typed or scanned.</param>
    public async Task<VerifyOutcome> FindAsync(string? typed, CancellationToken ct)
    {
        if (typed?.Trim().ToUpperInvariant() is ['R', '-', ..] and { Length: <= 30 } number)
        {
            return await db.QuerySingleOrDefaultAsync<VerifiedCertification>(CertificationSql, new { number }, ct) is { } certification ? new VerifyOutcome.FoundCertification(certification) : new VerifyOutcome.Unknown(number);
        }

        if (CheckedCode.Parse(typed) is not { } code)
        {
            return new VerifyOutcome.Mistyped();
        }

        return await db.QuerySingleOrDefaultAsync<string>(CodeSql, new { code }, ct) switch
        {
            null => new VerifyOutcome.Unknown(code),
            "Evidence" => new VerifyOutcome.FoundEvidence(code, await db.QuerySingleAsync<VerifiedEvidence>(EvidenceSql, new { code }, ct)),
            var kind => new VerifyOutcome.Found(code, Enum.Parse<VerifiedKind>(kind), await db.QuerySingleAsync<VerifiedPayment>(CertificateSql, new { code }, ct)),
        };
    }
}

public enum VerifiedKind
{
    Certificate,
    Extract,
}

public abstract record VerifyOutcome
{
    private VerifyOutcome()
    {
    }

    public sealed record Found(string Code, VerifiedKind Kind, VerifiedPayment Payment) : VerifyOutcome;

    public sealed record FoundCertification(VerifiedCertification Certification) : VerifyOutcome;

    public sealed record FoundEvidence(string Code, VerifiedEvidence Note) : VerifyOutcome;

    /// <summary>The check character does not fit: a typing mistake, and nothing is said about any document.</summary>
    public sealed record Mistyped : VerifyOutcome;

    /// <summary>A right code that no document has: the paper is not ours.</summary>
    public sealed record Unknown(string Code) : VerifyOutcome;
}

/// <summary>What a certificate of payment or its extract says to everybody.</summary>
/// <param name="DocumentNo">Of an extract: the shipment's document; empty where its lines name none.</param>
/// <param name="IsDifference">Its invoice is supplementary: amount and mass are what a correction changed.</param>
/// <param name="OfCertificate">Of an extract: its certificate.</param>
public sealed record VerifiedPayment(
    string Number, string State, string? AnnulledCause, DateTimeOffset? AnnulledAt, string Programme, long AmountTiyn, DateOnly SettledOn, DateOnly IssuedOn, string NameKk, string NameRu, string? Bin, string Declaration,
    int Documents, long MassGrams, string? DocumentNo, string? OfCertificate, bool IsDifference)
{
    public bool IsLive => State == "Live";
}

/// <summary>What a certification of a recycler says to everybody.</summary>
/// <param name="State">Valid, Future, Expired, Suspended or Withdrawn.</param>
public sealed record VerifiedCertification(string Number, string State, string? StateReason, DateOnly ValidFrom, DateOnly ExpiresOn, string NameKk, string NameRu, string? Bin, string[] Categories)
{
    public bool IsLive => State == "Valid";
}

/// <summary>What an evidence note says to everybody who holds its paper.</summary>
/// <param name="RecipientKk">None: the operator, for the fund.</param>
/// <param name="Reason">Why it became void.</param>
public sealed record VerifiedEvidence(
    string Number, string State, long Grams, DateTimeOffset ApprovedAt, string Category, int Year, string Payer, string NameKk, string NameRu, string? Bin, string Site, string? RecipientKk, string? RecipientRu,
    string? Reason, DateTimeOffset ChangedAt, int Batches)
{
    public bool IsLive => State == "Approved";

    public string Recycler(string language) => language == "kk" ? NameKk : NameRu;

    public string? Recipient(string language) => language == "kk" ? RecipientKk : RecipientRu;
}
