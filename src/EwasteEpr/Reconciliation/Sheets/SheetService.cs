using System.Text.Json;
using EwasteEpr.Audit;
using EwasteEpr.Kernel;
using Npgsql;

namespace EwasteEpr.Reconciliation.Sheets;

/// <summary>Brings a sheet and puts it in force: two people, one source, and the same file twice changes nothing.</summary>
public sealed class SheetService(Db db)
{
    private const string KnownSql = """
        select (select coalesce(array_agg(unu_key || ' ' || category order by unu_key), '{}') from unu_keys) as keys,
               (select coalesce(array_agg(kato order by kato), '{}') from regions) as regions
        """;

    /// <summary>Reads and judges; nothing is stored.</summary>
    public async Task<SheetReading> ReadAsync(SheetKind kind, string text, CancellationToken ct)
    {
        var codes = await db.QuerySingleAsync<CodesRow>(KnownSql, null, ct);
        var known = new KnownCodes(codes.Keys.Select(pair => pair.Split(' ')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal), codes.Regions.ToHashSet(StringComparer.Ordinal));
        var reading = SheetReader.Read(kind, text, known);
        return kind == SheetKind.History && reading.Rows.Count > 0 ? await WithoutKnownAsync(reading, ct) : reading;
    }

    private const string TakenSql = """
        select r.place
          from unnest(@flows, @categories, @keys, @regions, @years, @quarters) with ordinality as r(flow, category, unu_key, region_kato, year, quarter, place)
         where exists (select from reconciliation.sheet_rows x
                        where x.kind = 'History' and x.is_applied and x.flow = r.flow and x.category = r.category and x.region_kato = r.region_kato
                          and (coalesce(x.unu_key, '-') = coalesce(r.unu_key, '-') or x.unu_key is null or r.unu_key is null)
                          and x.quarters && case when r.quarter = 0 then int4range(r.year * 4, r.year * 4 + 4) else int4range(r.year * 4 + r.quarter - 1, r.year * 4 + r.quarter) end)
         order by r.place
        """;

    /// <summary>A cell that is there already is refused, row by row, and says so.</summary>
    private async Task<SheetReading> WithoutKnownAsync(SheetReading reading, CancellationToken ct)
    {
        var rows = reading.Rows;
        var taken = (await db.QueryAsync<long>(
            TakenSql,
            new
            {
                flows = rows.Select(row => row.Flow).ToArray(), categories = rows.Select(row => row.Category).ToArray(), keys = rows.Select(row => row.UnuKey).ToArray(), regions = rows.Select(row => row.Region).ToArray(),
                years = rows.Select(row => row.Year!.Value).ToArray(), quarters = rows.Select(row => row.Quarter).ToArray(),
            },
            ct)).ToHashSet();
        return reading with
        {
            Rows = [.. rows.Where((_, place) => !taken.Contains(place + 1))],
            Problems = [.. reading.Problems, .. rows.Where((_, place) => taken.Contains(place + 1)).Select(row => new SheetProblem(row.RowNo, "", row.Key, SheetProblemCode.AlreadyThere))],
        };
    }

    private const string SameSql = "select sheet_id, proposed_at from reconciliation.sheets where kind = @kind and sha256 = @sha and state <> 'Withdrawn'";

    private const string ProposeSql = """
        insert into reconciliation.sheets (sheet_id, kind, file_name, sha256, source, version, is_illustrative, rows, refused, proposed_by)
        values (@id, @kind, @FileName, @sha, @Source, @Version, @IsIllustrative, @rows, @refused::jsonb, @person)
        """;

    private const string RowsSql = """
        insert into reconciliation.sheet_rows (sheet_id, row_no, kind, flow, category, unu_key, region_kato, year, quarter, until_year, value, value2, words, programme)
        select @id, r.* from unnest(@rowNos, @kinds, @flows, @categories, @keys, @regions, @years, @quarters, @untils, @values, @values2, @words, @programmes)
          as r(row_no, kind, flow, category, unu_key, region_kato, year, quarter, until_year, value, value2, words, programme)
        """;

    public async Task<ProposeSheetOutcome> ProposeAsync(SheetReading reading, SheetLabel label, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(reading);
        ArgumentNullException.ThrowIfNull(label);
        ArgumentNullException.ThrowIfNull(actor);
        if (await db.QuerySingleOrDefaultAsync<SameRow>(SameSql, new { kind = reading.Kind.ToString(), sha = reading.Sha256 }, ct) is { } same)
        {
            return new ProposeSheetOutcome.SameFile(same.SheetId, same.ProposedAt);
        }

        if (reading.Rows.Count == 0)
        {
            return new ProposeSheetOutcome.NoRows();
        }

        if (string.IsNullOrWhiteSpace(label.Source) || string.IsNullOrWhiteSpace(label.Version))
        {
            return new ProposeSheetOutcome.SourceNeeded();
        }

        try
        {
            return await db.InTransactionAsync<ProposeSheetOutcome>(transaction => ProposeAsync(transaction, reading, label, actor, ct), ct);
        }
        catch (PostgresException problem) when (problem.ConstraintName == "sheet_same_file_once")
        {
            return await ProposeAsync(reading, label, actor, ct);
        }
    }

    private static async Task<ProposeSheetOutcome> ProposeAsync(DbTransaction transaction, SheetReading reading, SheetLabel label, Actor actor, CancellationToken ct)
    {
        var (id, kind, rows) = (Guid.CreateVersion7(), reading.Kind.ToString(), reading.Rows);
        await transaction.ExecuteAsync(
            ProposeSql,
            new { id, kind, sha = reading.Sha256, rows = rows.Count, refused = JsonSerializer.Serialize(reading.Problems.Select(problem => new { problem.Row, problem.Column, problem.Value, Code = problem.Code.ToString() })), person = actor.UserId, label.FileName, Source = label.Source.Trim(), Version = label.Version.Trim(), label.IsIllustrative },
            ct);
        await transaction.ExecuteAsync(
            RowsSql,
            new
            {
                id, rowNos = rows.Select(row => row.RowNo).ToArray(), kinds = rows.Select(_ => kind).ToArray(), flows = rows.Select(row => row.Flow).ToArray(), categories = rows.Select(row => row.Category).ToArray(),
                keys = rows.Select(row => row.UnuKey).ToArray(), regions = rows.Select(row => row.Region).ToArray(), years = rows.Select(row => row.Year).ToArray(), quarters = rows.Select(row => (short)row.Quarter).ToArray(),
                untils = rows.Select(row => row.UntilYear).ToArray(), values = rows.Select(row => row.Value).ToArray(), values2 = rows.Select(row => row.Value2).ToArray(), words = rows.Select(row => row.Words).ToArray(),
                programmes = rows.Select(row => row.Programme).ToArray(),
            },
            ct);
        await AuditTrail.WriteAsync(transaction, new AuditEntry("sheet.proposed", "sheet", id.ToString()).With(new { kind, rows = rows.Count, refused = reading.Problems.Count, label.Source, label.Version }), actor, ct);
        return new ProposeSheetOutcome.Proposed(id);
    }

    private const string ClaimSql = """
        update reconciliation.sheets set state = @state, decided_by = @person, decided_at = app.now()
         where sheet_id = @id and state = 'Proposed' and (@state = 'Withdrawn' or proposed_by <> @person)
        returning kind
        """;

    private const string InForceSql = "update reconciliation.sheet_rows set is_applied = true where sheet_id = @id";

    private const string StateSql = "select state from reconciliation.sheets where sheet_id = @id";

    public Task<DecideSheetOutcome> ApplyAsync(Guid id, Actor actor, CancellationToken ct) => DecideAsync(id, "Applied", actor, ct);

    public Task<DecideSheetOutcome> WithdrawAsync(Guid id, Actor actor, CancellationToken ct) => DecideAsync(id, "Withdrawn", actor, ct);

    private async Task<DecideSheetOutcome> DecideAsync(Guid id, string state, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(actor);
        try
        {
            var done = await db.InTransactionAsync(
                async transaction =>
                {
                    if (await transaction.QuerySingleOrDefaultAsync<string>(ClaimSql, new { id, state, person = actor.UserId }, ct) is not { } kind)
                    {
                        return false;
                    }

                    if (state == "Applied")
                    {
                        await transaction.ExecuteAsync(InForceSql, new { id }, ct);
                    }

                    await AuditTrail.WriteAsync(transaction, new AuditEntry(state == "Applied" ? "sheet.applied" : "sheet.withdrawn", "sheet", id.ToString()).With(new { kind }), actor, ct);
                    return true;
                },
                ct);
            return done ? DecideSheetOutcome.Done : await db.QuerySingleOrDefaultAsync<string>(StateSql, new { id }, ct) switch
            {
                null => DecideSheetOutcome.NotFound,
                "Proposed" => DecideSheetOutcome.SamePerson,
                _ => DecideSheetOutcome.AlreadyDecided,
            };
        }
        catch (PostgresException problem) when (problem.ConstraintName == "history_cell_imported_once")
        {
            return DecideSheetOutcome.Overtaken;
        }
    }

    private sealed record CodesRow(string[] Keys, string[] Regions);

    private sealed record SameRow(Guid SheetId, DateTimeOffset ProposedAt);
}

public sealed record SheetLabel(string FileName, string Source, string Version, bool IsIllustrative);

public abstract record ProposeSheetOutcome
{
    private ProposeSheetOutcome()
    {
    }

    public sealed record Proposed(Guid SheetId) : ProposeSheetOutcome;

    /// <summary>The very same content was brought before: nothing changed.</summary>
    public sealed record SameFile(Guid SheetId, DateTimeOffset At) : ProposeSheetOutcome;

    public sealed record NoRows : ProposeSheetOutcome;

    public sealed record SourceNeeded : ProposeSheetOutcome;
}

public enum DecideSheetOutcome
{
    Done,
    NotFound,
    SamePerson,
    AlreadyDecided,

    /// <summary>Another file brought one of its cells in between.</summary>
    Overtaken,
}
