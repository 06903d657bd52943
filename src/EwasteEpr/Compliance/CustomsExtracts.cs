using System.Security.Cryptography;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using NpgsqlTypes;

namespace EwasteEpr.Compliance;

/// <summary>Takes a customs extract in: every row ends taken, known from an earlier extract, or refused with its column and value. The same file twice changes nothing.</summary>
public sealed class CustomsExtracts(Db db, TariffService tariffs)
{
    public const int MostRows = 200_000;
    public const int MostBytes = 20 * 1024 * 1024;

    private const string BeginSql = """
        insert into customs_extracts (extract_id, number, source, file_name, sha256, imported_by)
        values (@id, format('X-%s-%s', extract(year from app.today()), lpad(nextval('customs_extract_numbers')::text, 4, '0')), @source, @fileName, @sha256, @person)
        on conflict on constraint extract_file_once do nothing
        returning number
        """;

    private const string KnownFileSql = "select number from customs_extracts where sha256 = @sha256";

    private const string StageSql = """
        create temporary table customs_stage (row_no integer, bin text, hs_code text, unu_key text, category text, mass_grams bigint, cleared_on date, document_no text) on commit drop
        """;

    private const string CopySql = "copy customs_stage (row_no, bin, hs_code, unu_key, category, mass_grams, cleared_on, document_no) from stdin (format binary)";

    private const string TakeSql = """
        insert into customs_rows (extract_id, row_no, bin, hs_code, unu_key, category, mass_grams, cleared_on, document_no)
        select @id, row_no, bin, hs_code, unu_key, category, mass_grams, cleared_on, document_no from customs_stage order by row_no
        on conflict on constraint customs_row_once do nothing
        """;

    private const string RefuseSql = """
        insert into customs_refusals (extract_id, row_no, column_name, value, fault)
        select @id, r.row_no, nullif(r.column_name, ''), left(r.value, 200), r.fault from unnest(@rows, @columns, @values, @faults) as r(row_no, column_name, value, fault)
        """;

    private const string FinishSql = "update customs_extracts set rows_taken = @taken, rows_known = @known, rows_refused = @refused where extract_id = @id";

    public async Task<ExtractOutcome> ImportAsync(string source, string fileName, byte[] content, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(actor);
        if (SmallTable.Read(SmallTable.Decode(content), MostRows + 1) is not { } table || table.Rows.Count < 2)
        {
            return new ExtractOutcome.Unreadable();
        }

        var reading = CustomsTable.Read(table, (await tariffs.CurrentAsync(ct)).Catalogue, await db.QuerySingleAsync<DateOnly>("select app.today()", null, ct));
        if (reading.MissingColumn is { } missing)
        {
            return new ExtractOutcome.NoColumn(missing);
        }

        var (id, sha256) = (Guid.CreateVersion7(), SHA256.HashData(content));
        return await db.InTransactionAsync<ExtractOutcome>(
            async transaction =>
            {
                if (await transaction.QuerySingleOrDefaultAsync<string>(BeginSql, new { id, source, fileName, sha256, person = actor.UserId }, ct) is not { } number)
                {
                    return new ExtractOutcome.TakenBefore(await transaction.QuerySingleAsync<string>(KnownFileSql, new { sha256 }, ct));
                }

                var taken = await StoreAsync(transaction, id, reading, ct);
                var known = reading.Rows.Count - taken;
                await transaction.ExecuteAsync(FinishSql, new { id, taken, known, refused = reading.Refusals.Count }, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("customs_extract.imported", "customs_extract", number).With(new { taken, known, refused = reading.Refusals.Count }), actor, ct);
                return new ExtractOutcome.Imported(number, taken, known, reading.Refusals.Count);
            },
            ct);
    }

    private static async Task<int> StoreAsync(DbTransaction transaction, Guid id, CustomsReading reading, CancellationToken ct)
    {
        await transaction.ExecuteAsync(StageSql, null, ct);
        await using (var copy = await transaction.Connection.BeginBinaryImportAsync(CopySql, ct))
        {
            foreach (var row in reading.Rows)
            {
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(row.RowNo, NpgsqlDbType.Integer, ct);
                await copy.WriteAsync(row.Bin, NpgsqlDbType.Text, ct);
                await copy.WriteAsync(row.HsCode, NpgsqlDbType.Text, ct);
                await copy.WriteAsync(row.UnuKey, NpgsqlDbType.Text, ct);
                await copy.WriteAsync(row.Category, NpgsqlDbType.Text, ct);
                await copy.WriteAsync(row.MassGrams, NpgsqlDbType.Bigint, ct);
                await copy.WriteAsync(row.ClearedOn, NpgsqlDbType.Date, ct);
                await copy.WriteAsync(row.DocumentNo, NpgsqlDbType.Text, ct);
            }

            await copy.CompleteAsync(ct);
        }

        await transaction.ExecuteAsync(RefuseSql, new
        {
            id, rows = reading.Refusals.Select(row => row.RowNo).ToArray(), columns = reading.Refusals.Select(row => row.Column ?? "").ToArray(),
            values = reading.Refusals.Select(row => row.Value).ToArray(), faults = reading.Refusals.Select(row => row.Fault.ToString()).ToArray(),
        }, ct);
        return await transaction.ExecuteAsync(TakeSql, new { id }, ct);
    }

    private const string ListSql = """
        select x.number, x.source, x.file_name, x.rows_taken, x.rows_known, x.rows_refused, p.name as imported_by, x.imported_at
          from customs_extracts x join people p on p.person_id = x.imported_by
         order by x.extract_id desc limit 200
        """;

    public Task<IReadOnlyList<ExtractRow>> ListAsync(CancellationToken ct) => db.QueryAsync<ExtractRow>(ListSql, null, ct);

    private const string RefusalsSql = """
        select r.row_no, r.column_name as column, r.value, r.fault from customs_refusals r join customs_extracts x using (extract_id) where x.number = @number order by r.row_no limit 1000
        """;

    public Task<IReadOnlyList<ExtractRefusalRow>> RefusalsAsync(string number, CancellationToken ct) => db.QueryAsync<ExtractRefusalRow>(RefusalsSql, new { number }, ct);

    private const string GapsSql = """
        select g.bin, o.slug, o.name_kk, o.name_ru, g.category, g.quarter_from, g.customs_grams, g.declared_grams, g.gap_grams, g.rows
          from customs_gaps g left join organisations o using (organisation_id)
         where g.gap_grams > 0
         order by g.gap_grams desc, g.bin, g.category, g.quarter_from limit 500
        """;

    /// <summary>Where customs saw more than was declared, the largest first.</summary>
    public Task<IReadOnlyList<GapRow>> GapsAsync(CancellationToken ct) => db.QueryAsync<GapRow>(GapsSql, null, ct);
}

public abstract record ExtractOutcome
{
    private ExtractOutcome()
    {
    }

    public sealed record Imported(string Number, int Taken, int Known, int Refused) : ExtractOutcome;

    /// <summary>The same bytes were taken before.</summary>
    public sealed record TakenBefore(string Number) : ExtractOutcome;

    public sealed record Unreadable : ExtractOutcome;

    public sealed record NoColumn(string Name) : ExtractOutcome;
}

public sealed record ExtractRow(string Number, string Source, string FileName, int RowsTaken, int RowsKnown, int RowsRefused, string ImportedBy, DateTimeOffset ImportedAt);

public sealed record ExtractRefusalRow(int RowNo, string? Column, string Value, string Fault);

public sealed record GapRow(
    string Bin, string? Slug, string? NameKk, string? NameRu, string Category, DateOnly QuarterFrom, long CustomsGrams, long DeclaredGrams, long GapGrams, long Rows)
{
    public string Who(string language) => (language == "kk" ? NameKk : NameRu) ?? Bin;
}
