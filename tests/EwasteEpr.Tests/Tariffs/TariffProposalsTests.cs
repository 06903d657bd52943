using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Tests.Support;
using Npgsql;
using static EwasteEpr.Tests.Tariffs.GivenTariffs;

namespace EwasteEpr.Tests.Tariffs;

public sealed class TariffProposalsTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private readonly Actor first = Person();
    private readonly Actor second = Person();

    private TariffProposals Proposals => new(database.Db);

    private TariffService Service => new(database.Db);

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Publish_ClosesTheOpenEndAndLeavesPastPricesUntouched()
    {
        var before = Find(await Service.LoadAsync(default), "2018-06-30");
        await ProposeAsync("448-2026", "2026-12-01", null);

        var outcome = await PublishAsync("448-2026", new Succession(SuccessionKind.Closes, "448-2022"), second);

        Assert.Equal(new PublishOutcome.Published(new Succession(SuccessionKind.Closes, "448-2022")), outcome);
        var after = await Service.LoadAsync(default);
        Assert.Equal((before.Row!.Id, before.Methodology!.Id), (Find(after, "2018-06-30").Row!.Id, Find(after, "2018-06-30").Methodology!.Id));
        Assert.Equal(("448-2022", TariffRefusal.CoefficientNotSet), (Find(after, "2026-11-30").Methodology!.Code, Find(after, "2026-11-30").Refusal));
        Assert.Equal(("448-2026", 2.5m), (Find(after, "2026-12-01").Methodology!.Code, Find(after, "2026-12-01").Row!.Coefficient));
        Assert.Equal(Day("2026-12-01"), after.Version("448-2022")!.Methodology.Valid.Until);
    }

    [Fact]
    public async Task Publish_FromTheSameFirstDay_ReplacesAndTheOldStaysReadable()
    {
        await ProposeAsync("448-2022-2", "2022-01-11", null);
        await PublishAsync("448-2022-2", new Succession(SuccessionKind.Replaces, "448-2022"), second);
        var snapshot = await Service.LoadAsync(default);
        Assert.Equal("448-2022-2", Find(snapshot, "2023-05-05").Methodology!.Code);
        Assert.True(snapshot.Version("448-2022")!.IsSuperseded);
        Assert.Equal("448-2022", snapshot.Before(snapshot.Version("448-2022-2")!.Methodology)!.Methodology.Code);
        Assert.Equal("762-2017", snapshot.Before(snapshot.Version("448-2022")!.Methodology)!.Methodology.Code);
        Assert.Equal(TariffRefusal.CoefficientNotSet, snapshot.Named("448-2022")!.Find(default, default, EquipmentCategory.Small, Day("2026-01-01")).Refusal);
    }

    [Fact]
    public async Task Publish_ByTheProposer_IsRefusedByTheServiceAndByTheDatabase()
    {
        await ProposeAsync("448-2026", "2026-12-01", null);
        Assert.IsType<PublishOutcome.SamePerson>(await PublishAsync("448-2026", new Succession(SuccessionKind.Closes, "448-2022"), first));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.Db.ExecuteAsync(
            "update methodologies set state = 'Published', decided_by = proposed_by, decided_at = app.now(), valid = valid where code = '448-2026'", null, default));
        Assert.Equal("methodologies_two_people", refused.ConstraintName);
    }

    [Fact]
    public async Task Publish_WhenItWouldNowDoSomethingElse_IsRefused()
    {
        await ProposeAsync("448-2026", "2026-12-01", null);
        var outcome = await PublishAsync("448-2026", new Succession(SuccessionKind.First, null), second);
        Assert.Equal(new PublishOutcome.ChangedSince(new Succession(SuccessionKind.Closes, "448-2022")), outcome);
        Assert.Null((await Service.LoadAsync(default)).Version("448-2026"));
    }

    [Fact]
    public async Task Publish_OfTwoOverlappingAtOnce_ExactlyOneWins()
    {
        for (var round = 0; round < 5; round++)
        {
            var start = Day("2027-01-01").AddYears(round * 2);
            await ProposeAsync($"r{round}-a", start.ToString("yyyy-MM-dd"), null);
            await ProposeAsync($"r{round}-b", start.AddDays(30).ToString("yyyy-MM-dd"), null);
            var open = (await Service.LoadAsync(default)).InForce(TariffProgramme.Official).First().Methodology.Code;
            var expected = new Succession(SuccessionKind.Closes, open);

            var outcomes = await Task.WhenAll(PublishAsync($"r{round}-a", expected, second), PublishAsync($"r{round}-b", expected, second));

            Assert.Single(outcomes, outcome => outcome is PublishOutcome.Published);
            Assert.Single(outcomes, outcome => outcome is PublishOutcome.ChangedSince);
            Assert.Equal(0, await database.Db.QuerySingleAsync<long>("""
                select count(*) from methodologies a join methodologies b on a.programme = b.programme and a.valid && b.valid and a.methodology_id < b.methodology_id
                 where a.state = 'Published' and b.state = 'Published'
                """, null, default));
        }
    }

    [Fact]
    public async Task Publish_Twice_IsToldTheSecondTime()
    {
        await ProposeAsync("448-2026", "2026-12-01", null);
        var expected = new Succession(SuccessionKind.Closes, "448-2022");
        var outcomes = await Task.WhenAll(PublishAsync("448-2026", expected, second), PublishAsync("448-2026", expected, second));
        Assert.Single(outcomes, outcome => outcome is PublishOutcome.Published);
        Assert.Contains(new PublishOutcome.AlreadyDecided(ProposalState.Published), outcomes);
        Assert.IsType<PublishOutcome.NotFound>(await PublishAsync("nothing", expected, second));
    }

    [Fact]
    public async Task Withdraw_FreesTheCodeAndPublishedOnesCannotBe()
    {
        await ProposeAsync("448-2026", "2026-12-01", null);
        Assert.IsType<ProposeOutcome.CodeTaken>(await Proposals.ProposeAsync(Draft("448-2026", "2027-01-01", null), first, default));
        Assert.True(await Proposals.WithdrawAsync("448-2026", first, default));
        Assert.IsType<ProposeOutcome.Proposed>(await Proposals.ProposeAsync(Draft("448-2026", "2027-01-01", null), first, default));
        Assert.False(await Proposals.WithdrawAsync("448-2022", first, default));
    }

    [Theory]
    [InlineData("update tariff_rows set coefficient = 1")]
    [InlineData("delete from tariff_rows")]
    [InlineData("delete from methodologies")]
    [InlineData("insert into tariff_rows (methodology_id, row_no, match_kind, match, coefficient) select methodology_id, 99, 'Category', '1', 0 from methodologies where code = '448-2022'")]
    [InlineData("update methodologies set title_en = 'other' where code = '448-2022'")]
    [InlineData("update methodologies set valid = daterange('2020-01-01', null) where code = '448-2022'")]
    [InlineData("update methodologies set state = 'Proposed' where code = '448-2022'")]
    [InlineData("insert into methodologies (code, programme, title_kk, title_ru, title_en, valid, mci_by, mci_purpose, rounding, source_kk, source_ru, source_en, origin, state) values ('x-1', 'Illustrative', 'x', 'x', 'x', '[2030-01-01,)', 'NotKnown', 'General', 'LineHalfAway2', 'x', 'x', 'x', 'Reference', 'Published')")]
    public async Task WhatIsPublished_CannotBeChangedByTheApplication(string sql)
    {
        var before = await database.Db.QuerySingleAsync<string>(StateSql, null, default);
        await Assert.ThrowsAsync<PostgresException>(() => database.Db.ExecuteAsync(sql, null, default));
        Assert.Equal(before, await database.Db.QuerySingleAsync<string>(StateSql, null, default));
    }

    [Fact]
    public async Task Review_ShowsDifferenceAndWhatPublishingWouldDo()
    {
        await ProposeAsync("448-2026", "2026-12-01", null);
        var review = await Proposals.ReviewAsync("448-2026", await Service.LoadAsync(default), default);
        Assert.Equal(("448-2022", new Succession(SuccessionKind.Closes, "448-2022"), ProposalState.Proposed), (review!.Before!.Methodology.Code, review.Plan, review.State));
        Assert.Equal(
            [(TariffMatch.Category, TariffChange.Added), (TariffMatch.UnuKey, TariffChange.Added), (TariffMatch.Any, TariffChange.Changed)],
            review.Differences.Select(difference => (difference.Kind, difference.Change)));
    }

    private const string StateSql = "select md5((select string_agg(m::text, '|' order by methodology_id) from methodologies m) || (select string_agg(r::text, '|' order by tariff_row_id) from tariff_rows r))";

    private static Actor Person() => new(Guid.CreateVersion7(), null, null, "operator_preparer", "test", null);

    private static TariffAnswer Find(TariffSnapshot snapshot, string day) =>
        snapshot.Programme(TariffProgramme.Official).Find(HsCode.Parse("850940"), UnuKey.Parse("0202"), EquipmentCategory.Small, Day(day));

    private static TariffDraft Draft(string code, string from, string? until) => new(
        code, TariffProgramme.Official, new LegalAct("1", Day("2026-10-01"), Text("Order 1"), Text("Order 1"), "https://adilet.zan.kz/rus/docs/V1"), Text("New"),
        new DateRange(Day(from), until is null ? null : Day(until)), MciBy.ImportDate, MciPurpose.General, TariffRounding.LineHalfAway2, Text("gazette"),
        [new(TariffMatch.Category, "5", 2.5m, null, "annex, row 5"), new(TariffMatch.UnuKey, "0306", 0, Text("free"), null), new(TariffMatch.Any, "EEE", 1, null, null)]);

    private async Task ProposeAsync(string code, string from, string? until) =>
        Assert.IsType<ProposeOutcome.Proposed>(await Proposals.ProposeAsync(Draft(code, from, until), first, default));

    private Task<PublishOutcome> PublishAsync(string code, Succession expected, Actor actor) => Proposals.PublishAsync(code, expected, actor, default);
}
