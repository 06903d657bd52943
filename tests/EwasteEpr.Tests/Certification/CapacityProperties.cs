using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Certification;

/// <summary>Both caps against a calculation of their own: several certifications in succession, stops, overrides, leap years, uses in any order.</summary>
public sealed class CapacityProperties : IAsyncLifetime
{
    private static readonly CancellationToken Ct = CancellationToken.None;
    private readonly TestDatabase database = new();

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Taking_NeverGoesAboveWhatAnIndependentCalculationAllows()
    {
        var given = await new GivenSites(database).CertifiedAsync();
        var (proposer, decider) = ((await new Organisations.GivenPeople(database).PersonAsync()).Id, (await new Organisations.GivenPeople(database).PersonAsync()).Id);
        for (var seed = 1; seed <= 12; seed++)
        {
            var random = new Random(seed);
            var start = new DateOnly(random.Next(2) == 0 ? 2024 : 2025, random.Next(1, 13), random.Next(1, 28)); // 2024 has 366 days
            var model = new Model();
            var site = await SiteAsync(given);
            for (var (from, i) = (start, 0); i < 3; i++)
            {
                var until = from.AddDays(random.Next(40, 400));
                var annual = random.Next(1, 50) * 1_000_003L;
                await CertifyAsync(given, site, from, until, annual);
                model.Spans.Add((from, until, annual));
                from = until.AddDays(random.Next(-20, 30)); // overlapping, or with a gap
            }

            if (random.Next(2) == 0)
            {
                var (from, grams) = (start.AddDays(random.Next(0, 200)), random.Next(1, 9_000_000));
                var until = from.AddDays(random.Next(1, 60));
                await database.ExecuteAsOwnerAsync($"insert into certification_decisions (kind, certification_id, site_id, category, extra_grams, valid_from, expires_on, reason, proposed_by, state, decided_by, decided_at) values ('Override', '{given.Certification}', '{site}', '6', {grams}, '{from:yyyy-MM-dd}', '{until:yyyy-MM-dd}', 'test', '{proposer}', 'Approved', '{decider}', now())");
                model.Extras.Add((from, until, grams));
            }

            for (var i = 0; i < 40; i++)
            {
                var day = start.AddDays(random.Next(0, 700));
                var expected = model.Left(day);
                var left = await database.Db.QuerySingleAsync<long?>("select capacity_left(@site, '6', @day)", new { site, day }, Ct);
                Assert.True(expected == left, $"seed {seed}, {day:yyyy-MM-dd}: {left} and not {expected}");
                var grams = left is > 0 ? Math.Max(1, (long)(left.Value * (random.NextDouble() * 1.3))) : random.Next(1, 1000);
                var taken = await database.Db.QuerySingleAsync<bool>("select take_capacity(@site, '6', 'Treated', @day, @grams, 'test', uuidv7())", new { site, day, grams }, Ct);
                Assert.Equal(expected is not null && grams <= expected, taken);
                if (taken)
                {
                    model.Uses.Add((day, grams));
                }
            }
        }

        await database.AssertInvariantsAsync();
    }

    [Fact]
    public async Task DaysOfASuspension_DoNotCount()
    {
        var given = await new GivenSites(database).CertifiedAsync(annualGrams: 365_000_000);
        const string Days = "select max(certified_days) from capacity_days(@site, '6', app.today() + 40, app.today() + 40)";
        await database.SetClockOffsetAsync(new DateTimeOffset(2027, 3, 1, 6, 0, 0, TimeSpan.Zero) - TimeProvider.System.GetUtcNow());
        var before = await database.Db.QuerySingleAsync<int>(Days, new { site = given.Site }, Ct);
        await database.ExecuteAsOwnerAsync("update certifications set state = 'Suspended', state_reason = 'test'");
        await database.SetClockOffsetAsync(new DateTimeOffset(2027, 3, 11, 6, 0, 0, TimeSpan.Zero) - TimeProvider.System.GetUtcNow());
        await database.ExecuteAsOwnerAsync("update certifications set state = 'Valid', state_reason = 'test'");
        // Ten days on; the day of the stop and the day of the lifting count, the nine between them do not.
        Assert.Equal(before + 10 - 9, await database.Db.QuerySingleAsync<int>(Days, new { site = given.Site }, Ct));
    }

    [Fact]
    public async Task GivenBack_CountsOnTheDayItWasTaken()
    {
        var given = await new GivenSites(database).CertifiedAsync();
        var site = given.Site;
        const string Take = "select take_capacity(@site, '6', 'Reserved', app.today() - @back, @grams, 'test', uuidv7())";
        Assert.True(await database.Db.QuerySingleAsync<bool>(Take, new { site, back = 50, grams = 1_000_000L }, Ct));
        var left = await database.Db.QuerySingleAsync<long>("select capacity_left(@site, '6', app.today())", new { site }, Ct);
        Assert.True(await database.Db.QuerySingleAsync<bool>(Take, new { site, back = 0, grams = -1_000_000L }, Ct));
        // Thirty days that never lost it do not gain it.
        Assert.True(await database.Db.QuerySingleAsync<long>("select min(d.days_30_used) from capacity_days(@site, '6', app.today() - 60, app.today()) d", new { site }, Ct) >= 0);
        Assert.True(await database.Db.QuerySingleAsync<long>("select capacity_left(@site, '6', app.today())", new { site }, Ct) >= left);
    }

    private Task<Guid> SiteAsync(CertifiedSite given) => database.Db.QuerySingleAsync<Guid>(
        "insert into sites (number, organisation_id, kind, name_kk, name_ru, region_kato, address, latitude, longitude) values ('S-' || lpad(nextval('site_numbers')::text, 4, '0'), @organisation, 'Recycler', 'a', 'a', '350000000', 'a', 49, 73) returning site_id",
        new { organisation = given.Organisation }, Ct);

    private Task<int> CertifyAsync(CertifiedSite given, Guid site, DateOnly from, DateOnly until, long annual) => database.Db.ExecuteAsync(
        """
        with c as (insert into certifications (number, organisation_id, kind, valid_from, expires_on) values ('R-2020-' || lpad(nextval('certification_numbers')::text, 4, '0'), @organisation, 'Recycler', @from, @until) returning certification_id)
        insert into certified_scopes (certification_id, site_id, category, operations, annual_grams) select certification_id, @site, '6', array['R4'], @annual from c
        """,
        new { organisation = given.Organisation, site, from, until, annual }, Ct);

    /// <summary>The same rules said again, day by day, without the database.</summary>
    private sealed class Model
    {
        public List<(DateOnly From, DateOnly Until, long Annual)> Spans { get; } = [];

        public List<(DateOnly From, DateOnly Until, long Grams)> Extras { get; } = [];

        public List<(DateOnly Day, long Grams)> Uses { get; } = [];

        public long? Left(DateOnly day)
        {
            if (Annual(day) == 0)
            {
                return null;
            }

            var least = long.MaxValue;
            foreach (var at in Uses.Select(use => use.Day).Where(later => later > day).Append(day).Distinct())
            {
                if (at.Year == day.Year)
                {
                    least = Math.Min(least, YearCap(at) - Uses.Where(use => use.Day.Year == at.Year && use.Day <= at).Sum(use => use.Grams));
                }

                if (at < day.AddDays(30) && Annual(at) > 0)
                {
                    least = Math.Min(least, (Annual(at) * 36 / 365) + Extras.Where(extra => extra.From <= at && extra.Until > at.AddDays(-29)).Sum(extra => extra.Grams) - Uses.Where(use => use.Day <= at && use.Day > at.AddDays(-30)).Sum(use => use.Grams));
                }
            }

            return least;
        }

        private long Annual(DateOnly day) => Spans.Where(span => span.From <= day && day < span.Until).Select(span => span.Annual).DefaultIfEmpty(0).Max();

        private long YearCap(DateOnly day)
        {
            var first = new DateOnly(day.Year, 1, 1);
            var sum = Enumerable.Range(0, day.DayNumber - first.DayNumber + 1).Sum(n => Annual(first.AddDays(n)));
            return (sum / (DateTime.IsLeapYear(day.Year) ? 366 : 365)) + Extras.Where(extra => extra.From <= day && extra.Until > first).Sum(extra => extra.Grams);
        }
    }
}
