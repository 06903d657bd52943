using System.Globalization;
using System.Text;
using EwasteEpr.Kernel;

namespace EwasteEpr.Compliance.Demo;

/// <summary>An invented customs extract beside the invented declarations, the cases that the rules open from it, and the first steps on some; nothing where there is an extract.</summary>
public sealed class DemoCases(Db db, CustomsExtracts extracts, CaseRules rules, CaseService cases)
{
    // Numbers of nobody in the demonstration: importers that never registered.
    private static readonly string[] Strangers = ["231340900126", "241340900277"];

    private const string StartSql = """
        select (select person_id from people where demo_code = 'operator-preparer') as preparer, (select person_id from people where demo_code = 'importer-owner') as importer,
               (select organisation_id from organisations where demo_code = 'importer-1') as organisation, app.today() as today,
               exists (select from customs_extracts) or not exists (select from declaration_versions) as is_not_wanted
        """;

    private const string DeclaredSql = """
        select o.bin, l.hs_code, min(l.obligation_date) as day, sum(l.mass_grams)::bigint as grams
          from declarations d join organisations o using (organisation_id)
          join declaration_lines l on l.declaration_id = d.declaration_id and l.version = d.current_version
         where o.demo_code like 'importer-_' and o.bin is not null and d.state in ('Submitted', 'Accepted') and d.kind in ('Period', 'Consignment')
           and l.hs_code is not null and l.category is not null and l.mass_grams > 0 and l.obligation_date < date_trunc('quarter', app.today())
         group by o.bin, l.hs_code, date_trunc('quarter', l.obligation_date)
         order by o.bin, day, l.hs_code limit 40
        """;

    private const string OpenSql = "select number from compliance_cases where rule = @rule and organisation_id is not null and state = 'Open' order by number limit 1";

    /// <returns>How many cases the rules opened.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var start = await db.QuerySingleAsync<StartRow>(StartSql, null, ct);
        if (start.IsNotWanted || start.Preparer is null || start.Importer is null)
        {
            return 0;
        }

        var declared = await db.QueryAsync<DeclaredRow>(DeclaredSql, null, ct);
        var preparer = new Actor(start.Preparer, null, null, "operator_preparer", "demo", null);
        await extracts.ImportAsync("Үлгі үзінді / Пример выгрузки", "customs-demo.csv", Encoding.UTF8.GetBytes(Csv(declared, start.Today)), preparer, ct);
        var (opened, _) = await rules.SweepAsync(ct);
        var importer = new Actor(start.Importer, start.Organisation?.Value, null, "owner", "demo", null);
        if (await db.QuerySingleOrDefaultAsync<string>(OpenSql, new { rule = "UnderDeclared" }, ct) is { } under)
        {
            await cases.NotifyAsync(under, Letter(under), preparer, ct);
            await cases.AnswerAsync(under, start.Organisation!.Value, "Бір партия қайтарылды, құжаттар дайындалып жатыр.", importer, ct);
            await cases.AppealAsync(under, start.Organisation.Value, "Кедендегі масса қаптамамен бірге көрсетілген.", importer, ct);
        }

        if (await db.QuerySingleOrDefaultAsync<string>(OpenSql, new { rule = "InvoiceUnpaid" }, ct) is { } unpaid)
        {
            await cases.NotifyAsync(unpaid, Letter(unpaid), preparer, ct);
        }

        return opened;
    }

    /// <summary>As a customs office would send it: what was declared crosses the border too, the first line of each importer with a third more; and two importers that nobody knows.</summary>
    private static string Csv(IReadOnlyList<DeclaredRow> declared, DateOnly today)
    {
        var text = new StringBuilder("bin;hs_code;mass_kg;date;document_no\n");
        var (importer, number) = ("", 0);
        foreach (var row in declared)
        {
            var grams = row.Bin == importer ? row.Grams : row.Grams + (row.Grams / 3);
            importer = row.Bin;
            text.Append(CultureInfo.InvariantCulture, $"{row.Bin};{row.HsCode};{grams / 1000m};{row.Day:yyyy-MM-dd};DT-{++number:000}\n");
        }

        foreach (var (bin, kilograms) in Strangers.Zip([4_850m, 760.5m]))
        {
            text.Append(CultureInfo.InvariantCulture, $"{bin};8517130000;{kilograms};{today.AddDays(-100):yyyy-MM-dd};DT-{++number:000}\n");
        }

        return text.ToString();
    }

    private static CaseLetter Letter(string number) => new(
        $"{number}: хабарлама / уведомление", "Ережесі мен сандары карточкада. Жауап беруге немесе шағымдануға болады.\n\nПравило и его числа указаны в карточке. Можно ответить или обжаловать.");

    private sealed record StartRow(Guid? Preparer, Guid? Importer, OrganisationId? Organisation, DateOnly Today, bool IsNotWanted);

    private sealed record DeclaredRow(string Bin, string HsCode, DateOnly Day, long Grams);
}
