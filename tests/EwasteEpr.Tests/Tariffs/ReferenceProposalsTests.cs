using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;
using EwasteEpr.Tests.Support;
using EwasteEpr.Verification;
using Npgsql;
using static EwasteEpr.Tests.Tariffs.GivenTariffs;

namespace EwasteEpr.Tests.Tariffs;

/// <summary>MCI values and rows HS -> UNU key of the operator.</summary>
public sealed class ReferenceProposalsTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private readonly Actor first = new(Guid.CreateVersion7(), null, null, "operator_preparer", "test", null);
    private readonly Actor second = new(Guid.CreateVersion7(), null, null, "operator_approver", "test", null);

    private MciProposals Mci => new(database.Db);

    private HsRowProposals Codes => new(database.Db);

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Mci_PublishedByTheSecondPerson_ReplacesTheValueOfThatDay()
    {
        var id = await Mci.ProposeAsync(new MciDraft(Day("2026-01-01"), 4330, MciPurpose.General, "Budget law"), first, default);
        Assert.Equal(4325, await ValueAsync("2026-05-05"));
        Assert.Equal(DecideOutcome.SamePerson, await Mci.PublishAsync(id, first, default));
        Assert.Equal(DecideOutcome.Done, await Mci.PublishAsync(id, second, default));
        Assert.Equal(4330, await ValueAsync("2026-05-05"));
        Assert.Equal(DecideOutcome.AlreadyDecided, await Mci.WithdrawAsync(id, second, default));
        Assert.Equal(DecideOutcome.NotFound, await Mci.PublishAsync(Guid.CreateVersion7(), second, default));
        await VerifyAsync();
    }

    [Fact]
    public async Task Mci_TwoProposalsOfOneDayAtOnce_LeaveExactlyOnePublished()
    {
        var ids = new[] { 4400m, 4500m, 4600m }.Select(value => Mci.ProposeAsync(new MciDraft(Day("2027-01-01"), value, MciPurpose.General, "Budget law"), first, default)).ToList();
        await Task.WhenAll(ids);
        await Task.WhenAll(ids.Select(id => Mci.PublishAsync(id.Result, second, default)));
        Assert.Equal(1, await database.Db.QuerySingleAsync<long>("select count(*) from mci_values where effective_from = '2027-01-01' and state = 'Published'", null, default));
        await VerifyAsync();
    }

    [Fact]
    public async Task ProductGroups_PublishedByTheSecondPerson_EndTheOlderRangeOfAPrefix()
    {
        var groups = new ProductGroupProposals(database.Db);
        const string Head = "group_code,hs_prefix,valid_from,last_day,name_kk,name_ru,name_en,act\n";
        var first689 = await groups.ProposeAsync(ProductGroupFile.Read(Head + "G1,8517,2024-01-01,,Телефондар,Телефоны,Telephones,689\nG2,8418,2024-01-01,2025-12-31,Тоңазытқыштар,Холодильники,Fridges,689\n").Rows, first, default);
        Assert.Null(await GroupAsync("8517130000", "2026-05-05"));
        Assert.Equal(DecideOutcome.SamePerson, await groups.PublishAsync(first689, first, default));
        Assert.Equal(DecideOutcome.Done, await groups.PublishAsync(first689, second, default));
        Assert.Equal(DecideOutcome.AlreadyDecided, await groups.PublishAsync(first689, second, default));
        Assert.Equal("G1", await GroupAsync("8517130000", "2026-05-05"));
        Assert.Null(await GroupAsync("8418100000", "2026-05-05"));

        var next = await groups.ProposeAsync(ProductGroupFile.Read(Head + "G3;8517;2026-01-01;;Байланыс;Связь;Telecom;689-2\n".Replace(';', ',')).Rows, second, default);
        Assert.Equal("G1", (await groups.WaitingAsync(default)).Single().Rows.Single().Replaces);
        Assert.Equal(DecideOutcome.Done, await groups.PublishAsync(next, first, default));
        Assert.Equal("G1", await GroupAsync("8517130000", "2025-12-31"));
        Assert.Equal("G3", await GroupAsync("8517130000", "2026-01-01"));
        Assert.Equal(3, (await groups.ListAsync(default)).Count);
        await VerifyAsync();
    }

    [Theory]
    [InlineData("G1,85,2024-01-01,,a,b,c,689", ProductGroupProblemCode.BadPrefix)]
    [InlineData("G 1,8517,2024-01-01,,a,b,c,689", ProductGroupProblemCode.BadGroup)]
    [InlineData("G1,8517,soon,,a,b,c,689", ProductGroupProblemCode.BadDay)]
    [InlineData("G1,8517,2024-01-02,2024-01-01,a,b,c,689", ProductGroupProblemCode.LastDayBeforeFirst)]
    [InlineData("G1,8517,2024-01-01,,a,,c,689", ProductGroupProblemCode.TextMissing)]
    [InlineData("G1,8517,2024-01-01,,a,b,c,689\nG2,8517,2025-01-01,,a,b,c,689", ProductGroupProblemCode.Overlaps)]
    public void ProductGroups_ThatCannotBe_AreNamedByRowAndColumn(string rows, ProductGroupProblemCode expected)
    {
        var (_, problems) = ProductGroupFile.Read("group_code,hs_prefix,valid_from,last_day,name_kk,name_ru,name_en,act\n" + rows);
        var problem = Assert.Single(problems);
        Assert.Equal((rows.Contains('\n') ? 3 : 2, expected), (problem.Row, problem.Code));
    }

    private Task<string?> GroupAsync(string hs, string day) => database.Db.QuerySingleOrDefaultAsync<string>(
        "select group_code from product_group_prefixes where starts_with(@hs, hs_prefix) and valid @> @day order by length(hs_prefix) desc limit 1", new { hs, day = Day(day) }, default);

    [Fact]
    public async Task HsRow_OfTheOperator_WinsOnlyAfterTheSecondPerson()
    {
        var id = (await Codes.ProposeAsync(new HsRowDraft(HsCode.Parse("85176200"), UnuKey.Parse("0307"), "Professional switches", "letter 17"), first, default))!.Value;
        Assert.Equal("0301", await KeyAsync("8517620000"));
        Assert.Equal(DecideOutcome.SamePerson, await Codes.PublishAsync(id, first, default));
        Assert.Equal(DecideOutcome.Done, await Codes.PublishAsync(id, second, default));
        Assert.Equal("0307", await KeyAsync("8517620000"));
        Assert.Equal("0301", await KeyAsync("851762"));

        var again = (await Codes.ProposeAsync(new HsRowDraft(HsCode.Parse("85176200"), UnuKey.Parse("0301"), null, "letter 18"), second, default))!.Value;
        Assert.Equal(DecideOutcome.Done, await Codes.PublishAsync(again, first, default));
        Assert.Equal("0301", await KeyAsync("8517620000"));
        Assert.Null(await Codes.ProposeAsync(new HsRowDraft(HsCode.Parse("8517"), UnuKey.Parse("0999"), null, "x"), first, default));
        await VerifyAsync();
    }

    [Fact]
    public async Task WhatTheOperatorDid_IsInTheAudit()
    {
        var id = await Mci.ProposeAsync(new MciDraft(Day("2027-01-01"), 4400, MciPurpose.General, "Budget law"), first, default);
        await Mci.WithdrawAsync(id, first, default);
        var actions = await database.Db.QueryAsync<string>("select action from audit.entries where object_id = @id order by at, entry_id", new { id = id.ToString() }, default);
        Assert.Equal(["mci.proposed", "mci.withdrawn"], actions);
    }

    [Theory]
    [InlineData("insert into mci_values (effective_from, value_kzt, purpose, confirmation, origin, state) values ('2027-01-01', 1, 'General', 'Press', 'Reference', 'Published')")]
    [InlineData("update mci_values set value_kzt = 1")]
    [InlineData("delete from mci_values")]
    [InlineData("update hs_unu_rows set unu_key = '0306'")]
    [InlineData("insert into hs_unu_rows (hs_prefix, unu_key, origin, state, source) values ('0101', '0306', 'Supplement', 'Published', 'x')")]
    [InlineData("update unu_keys set category = '1'")]
    public async Task ReferenceRows_CannotBeChangedByTheApplication(string sql) =>
        await Assert.ThrowsAsync<PostgresException>(() => database.Db.ExecuteAsync(sql, null, default));

    private async Task<decimal> ValueAsync(string day) => (await SnapshotAsync()).Pricing.MciOn(MciPurpose.General, Day(day))!.ValueKzt;

    private async Task<string> KeyAsync(string hs) => (await SnapshotAsync()).Catalogue.FindHs(HsCode.Parse(hs)).Key.ToString();

    private Task<TariffSnapshot> SnapshotAsync() => new TariffService(database.Db).CurrentAsync(default);

    private async Task VerifyAsync() => Assert.DoesNotContain(await new Verifier(database.Db).RunAsync(default), finding => finding.FirstBroken is not null);
}
