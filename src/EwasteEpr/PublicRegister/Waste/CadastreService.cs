using System.Globalization;
using System.Text;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Signatures;
using Npgsql;

namespace EwasteEpr.PublicRegister.Waste;

/// <summary>The yearly extract for the cadastre: as at 1 January, due by 1 March, signed by the head or who may sign.</summary>
public sealed class CadastreService(Db db, DocumentSigning signing)
{
    private static readonly SignerRole[] MaySign = [SignerRole.Head, SignerRole.Signatory];

    private const string RowsSql = "select site, kind, category, waste_code, is_hazardous, grams from cadastre_rows(@organisation, @year)";

    private const string SignedSql = "select cadastre_extract_id, year, content, encode(content_sha256, 'hex') as sha256, row_count, signed_at from cadastre_extracts where organisation_id = @organisation and year = @year";

    private const string ListSql = """
        select y.year::int, make_date(y.year::int, 3, 1) as due_on, e.signed_at, encode(e.content_sha256, 'hex') as sha256
          from (select generate_series(greatest(extract(year from min(s.opened_on))::int, extract(year from app.today())::int - 5), extract(year from app.today())::int) as year from sites s where s.organisation_id = @organisation) y
          left join cadastre_extracts e on e.organisation_id = @organisation and e.year = y.year
         order by y.year desc limit 10
        """;

    /// <summary>Years of the organisation's sites, the newest first.</summary>
    public Task<IReadOnlyList<CadastreYear>> ListAsync(OrganisationId organisation, CancellationToken ct) => db.QueryAsync<CadastreYear>(ListSql, new { organisation }, ct);

    /// <summary>As it was signed, or as the records are now.</summary>
    public async Task<CadastreExtract> FindAsync(OrganisationId organisation, int year, CancellationToken ct)
    {
        var rows = await db.QueryAsync<CadastreRow>(RowsSql, new { organisation, year }, ct);
        var signed = await db.QuerySingleOrDefaultAsync<SignedExtract>(SignedSql, new { organisation, year }, ct);
        return new CadastreExtract(year, rows, signed?.Content ?? Write(year, rows), signed);
    }

    private const string InsertSql = """
        insert into cadastre_extracts (organisation_id, year, content, content_sha256, row_count, signed_by) values (@organisation, @year, @content, @sha256, @rows, @person) returning cadastre_extract_id
        """;

    /// <summary>Takes a signature over the bytes as they are now; once a year.</summary>
    public async Task<CadastreOutcome> SignAsync(OrganisationId organisation, int year, byte[] cms, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var extract = await FindAsync(organisation, year, ct);
        if (extract.Signed is not null)
        {
            return new CadastreOutcome.AlreadySigned();
        }

        var bytes = Encoding.UTF8.GetBytes(extract.Content);
        switch (await signing.CheckAsync(bytes, cms, organisation, MaySign, ct))
        {
            case SigningOutcome.Refused refused:
                return new CadastreOutcome.SignatureRefused(refused.Fault, refused.SignerName);
            case SigningOutcome.Sound sound:
                return await StoreAsync(organisation, extract, sound.Signature, actor, ct);
            default:
                throw new InvalidOperationException("A signature is sound or refused.");
        }
    }

    private async Task<CadastreOutcome> StoreAsync(OrganisationId organisation, CadastreExtract extract, SoundSignature signature, Actor actor, CancellationToken ct)
    {
        try
        {
            return await db.InTransactionAsync<CadastreOutcome>(
                async transaction =>
                {
                    var id = await transaction.QuerySingleAsync<Guid>(InsertSql, new { organisation, year = extract.Year, content = extract.Content, sha256 = signature.Sha256, rows = extract.Rows.Count, person = actor.UserId }, ct);
                    await signing.RecordAsync(transaction, new SignedSubject(SignedSubject.CadastreExtract, id, 1), signature, actor, ct);
                    await AuditTrail.WriteAsync(transaction, new AuditEntry("cadastre.signed", "cadastre_extract", id.ToString()).With(new { extract.Year, rows = extract.Rows.Count }), actor, ct);
                    return new CadastreOutcome.Signed();
                },
                ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "cadastre_once_a_year")
        {
            return new CadastreOutcome.AlreadySigned();
        }
    }

    /// <summary>The signed object: one line a row in the order of the rows, fields by semicolons, masses in grams, each line ends with LF.</summary>
    private static string Write(int year, IReadOnlyList<CadastreRow> rows)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"cadastre;{year}-01-01\nsite;kind;category;waste_code;hazardous;grams\n"));
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Site};{row.Kind};{row.Category};{row.WasteCode};{(row.IsHazardous ? "yes" : "no")};{row.Grams}\n");
        }

        return text.ToString();
    }
}

/// <param name="DueOn">The first day that is too late: by 1 March.</param>
public sealed record CadastreYear(int Year, DateOnly DueOn, DateTimeOffset? SignedAt, string? Sha256);

/// <param name="Kind">Held, Received, Treated, Residue or PassedOn.</param>
public sealed record CadastreRow(string Site, string Kind, string Category, string? WasteCode, bool IsHazardous, long Grams);

public sealed record SignedExtract(Guid CadastreExtractId, int Year, string Content, string Sha256, int RowCount, DateTimeOffset SignedAt);

/// <param name="Content">The exact text that is signed.</param>
public sealed record CadastreExtract(int Year, IReadOnlyList<CadastreRow> Rows, string Content, SignedExtract? Signed);

public abstract record CadastreOutcome
{
    private CadastreOutcome()
    {
    }

    public sealed record Signed : CadastreOutcome;

    public sealed record AlreadySigned : CadastreOutcome;

    public sealed record SignatureRefused(SignatureFault Fault, string? SignerName) : CadastreOutcome;
}
