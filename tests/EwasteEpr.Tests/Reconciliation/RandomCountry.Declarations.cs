using Dapper;
using EwasteEpr.Reconciliation.Matrix;

namespace EwasteEpr.Tests.Reconciliation;

/// <summary>Its importers: declarations, exports, corrections and returns.</summary>
internal sealed partial class RandomCountry
{
    private async Task DeclareAsync()
    {
        var region = Region();
        var isExport = random.Next(6) == 0;
        var id = await connection.QuerySingleAsync<Guid>(
            "insert into declarations (organisation_id, kind, document_no, draft_version) values (@organisation, @kind, @number, 1) returning declaration_id",
            new { organisation = declarants[region], kind = isExport ? "ExportAdjustment" : "Consignment", number = Guid.CreateVersion7().ToString() });
        var one = new Declared(id, region, isExport);
        await SubmitAsync(one, 1);
        declared.Add(one);
    }

    private async Task SubmitAsync(Declared one, int version)
    {
        one.Lines.Clear();
        await connection.ExecuteAsync("insert into declaration_versions (declaration_id, version) values (@Id, @version)", new { one.Id, version });
        foreach (var line in Enumerable.Range(1, random.Next(1, 5)))
        {
            var (category, grams, fee, day) = (Category(), Grams(), random.NextInt64(0, 900), DateOnly.FromDateTime(now).AddDays(-random.Next(200)));
            await connection.ExecuteAsync(
                """
                insert into declaration_lines (declaration_id, version, line_no, changed_revision, content_hash, unu_key, category, units, mass_grams, obligation_date, methodology_id, tariff_row_id, tariff_match, coefficient, mci_value, mci_from, product_fee_tiyn, fee_tiyn)
                values (@Id, @version, @line, 1, 1, case when @line = 1 then null else '0306' end, @category, 1, @grams, @day, uuidv7(), uuidv7(), 'x', 1, 1, @day, @fee, @fee)
                """,
                new { one.Id, version, line, category, grams, day, fee });
            one.Lines.Add(((day.Year * 10) + ((day.Month - 1) / 3) + 1, category, one.IsExport ? -grams : grams, one.IsExport ? 0 : fee));
        }

        await connection.ExecuteAsync(
            """
            update declaration_versions set state = 'Submitted', submitted_at = app.now(), submitted_revision = 1, canonical_sha256 = sha256('x'), programme = 'Illustrative' where declaration_id = @Id and version = @version;
            update declarations set state = 'Submitted', current_version = @version, draft_version = null where declaration_id = @Id;
            """,
            new { one.Id, version });
        one.Version = version;
        BookLines(one, 1);
    }

    private async Task CorrectOrReturnAsync()
    {
        var one = declared[random.Next(declared.Count)];
        if (random.Next(2) == 0)
        {
            BookLines(one, one.IsReturned ? 0 : -1);
            one.IsReturned = false;
            await SubmitAsync(one, one.Version + 1);
        }
        else if (!one.IsReturned)
        {
            await connection.ExecuteAsync(
                """
                update declaration_versions set decision = 'Returned', decision_reasons = 'x', decided_at = app.now() where declaration_id = @Id and version = @Version;
                update declarations set state = 'Returned' where declaration_id = @Id;
                """,
                new { one.Id, one.Version });
            BookLines(one, -1);
            one.IsReturned = true;
        }
    }

    private void BookLines(Declared one, int sign)
    {
        foreach (var (period, category, grams, fee) in one.Lines)
        {
            Book(Measure.PlacedOnMarket, category, one.Region, sign * grams, period);
            Book(Measure.FeesDue, category, one.Region, sign * fee, period);
        }
    }

    private sealed record Declared(Guid Id, string Region, bool IsExport)
    {
        public int Version { get; set; }

        public bool IsReturned { get; set; }

        public List<(int Period, string Category, long Grams, long Fee)> Lines { get; } = [];
    }
}
