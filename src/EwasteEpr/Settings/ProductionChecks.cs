using EwasteEpr.Kernel;

namespace EwasteEpr.Settings;

/// <summary>What must be settled before the product may serve a country: asked at every Production start.</summary>
public sealed class ProductionChecks(Db db)
{
    private const string GapsSql = "select key from app.settings where gap = 'Start' and value is null order by position, key limit 1000";

    private const string IllustrativeSql = "select count(*) from app.settings where key = 'tariff.programme' and value = 'Illustrative'";

    private const string DemoSql = "select exists (select from people where demo_code is not null)";

    /// <returns>One sentence for each reason not to start, for the log and the console; none when all is settled.</returns>
    public async Task<IReadOnlyList<string>> RefusalsAsync(CancellationToken ct)
    {
        var refusals = (await db.QueryAsync<string>(GapsSql, null, ct)).Select(key => $"Setting {key} has no value, and without it the product may not run in Production (see /legal-basis).").ToList();
        if (await db.QuerySingleAsync<long>(IllustrativeSql, null, ct) > 0)
        {
            refusals.Add("Setting tariff.programme is Illustrative: an invented tariff must never price a real declaration. Two people of the operator set it to Official in a run that is not Production.");
        }

        if (await db.QuerySingleAsync<bool>(DemoSql, null, ct))
        {
            refusals.Add("The database holds the people of the demonstration, operators among them, whose passwords demo.seed tells: Production needs a database that never ran in Demo mode.");
        }

        return refusals;
    }
}
