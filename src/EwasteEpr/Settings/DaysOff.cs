using EwasteEpr.Audit;
using EwasteEpr.Kernel;

namespace EwasteEpr.Settings;

/// <summary>Days off and days worked instead, year by year from the government's order; without rows Saturday and Sunday are free.</summary>
public sealed class DaysOff(Db db)
{
    public const int MostRows = 1_000;
    private const int LongestText = 300;

    public static IReadOnlyList<string> Columns { get; } = ["day", "kind", "name_kk", "name_ru", "name_en", "act"];

    private const string ListSql = "select day, kind, name_kk, name_ru, name_en, act from calendar_days where @year::int is null or extract(year from day) = @year order by day desc limit 5000";

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<DayOff>> ListAsync(int? year, CancellationToken ct) => db.QueryAsync<DayOff>(ListSql, new { year }, ct);

    private const string WriteSql = """
        insert into calendar_days (day, kind, name_kk, name_ru, name_en, act)
        select * from unnest(@days::date[], @kinds, @kk, @ru, @en, @acts)
            on conflict (day) do update set kind = excluded.kind, name_kk = excluded.name_kk, name_ru = excluded.name_ru, name_en = excluded.name_en, act = excluded.act
        """;

    /// <summary>A day that is there is written over: the audit keeps what was entered.</summary>
    public Task<int> WriteAsync(IReadOnlyList<DayOff> days, Actor actor, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(days);
        var parameters = new
        {
            days = days.Select(day => day.Day).ToArray(),
            kinds = days.Select(day => day.Kind.ToString()).ToArray(),
            kk = days.Select(day => day.NameKk).ToArray(),
            ru = days.Select(day => day.NameRu).ToArray(),
            en = days.Select(day => day.NameEn).ToArray(),
            acts = days.Select(day => day.Act).ToArray(),
        };
        return db.InTransactionAsync(
            async transaction =>
            {
                var rows = await transaction.ExecuteAsync(WriteSql, parameters, ct);
                await AuditTrail.WriteAsync(transaction, new AuditEntry("calendar.days_entered", "calendar", $"{days[0].Day:yyyy-MM-dd}").With(new { days = days.Select(day => new { day.Day, kind = day.Kind.ToString(), day.Act }) }), actor, ct);
                return rows;
            },
            ct);
    }

    private const string RemoveSql = "delete from calendar_days where day = @day";

    public Task<bool> RemoveAsync(DateOnly day, Actor actor, CancellationToken ct) => db.InTransactionAsync(
        async transaction =>
        {
            var isGone = await transaction.ExecuteAsync(RemoveSql, new { day }, ct) > 0;
            if (isGone)
            {
                await AuditTrail.WriteAsync(transaction, new AuditEntry("calendar.day_removed", "calendar", $"{day:yyyy-MM-dd}"), actor, ct);
            }

            return isGone;
        },
        ct);

    /// <summary>Days as CSV: <see cref="Columns"/>; kind is Holiday or WorkingDay.</summary>
    /// <returns>Rows with a problem stand in the second list, by their number in a spreadsheet and the column.</returns>
    public static (IReadOnlyList<DayOff> Days, IReadOnlyList<(int Row, string Column, string Value)> Problems) Read(string text)
    {
        var days = new List<DayOff>();
        var problems = new List<(int, string, string)>();
        if (SmallTable.Read(text, MostRows + 1) is not { Rows: [var head, _, ..] } table)
        {
            return (days, [(0, "", "")]);
        }

        var places = head.Select((name, place) => (name, place)).GroupBy(pair => pair.name.ToLowerInvariant(), StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First().place, StringComparer.Ordinal);
        if (Columns.FirstOrDefault(column => !places.ContainsKey(column)) is { } missing)
        {
            return (days, [(1, missing, "")]);
        }

        var seen = new HashSet<DateOnly>();
        for (var i = 1; i < table.Rows.Count; i++)
        {
            string Field(string column) => table.Rows[i][places[column]];
            var isDay = DateInput.TryParse(Field("day"), out var day) == DateProblem.None && seen.Add(day);
            var isKind = Enum.TryParse<DayOffKind>(Field("kind"), ignoreCase: true, out var kind) && Enum.IsDefined(kind);
            var empty = Array.Find(["name_kk", "name_ru", "name_en", "act"], column => Field(column).Length is 0 or > LongestText);
            var wrong = !isDay ? "day" : !isKind ? "kind" : empty;
            if (wrong is null)
            {
                days.Add(new DayOff(day, kind, Field("name_kk"), Field("name_ru"), Field("name_en"), Field("act")));
            }
            else
            {
                problems.Add((i + 1, wrong, Field(wrong)));
            }
        }

        return (days, problems);
    }
}

public enum DayOffKind
{
    /// <summary>Free, whatever day of the week it is.</summary>
    Holiday,

    /// <summary>Worked, though it is a Saturday or Sunday.</summary>
    WorkingDay,
}

public sealed record DayOff(DateOnly Day, DayOffKind Kind, string NameKk, string NameRu, string NameEn, string Act)
{
    public LocalText Name => new(NameKk, NameRu, NameEn);
}
