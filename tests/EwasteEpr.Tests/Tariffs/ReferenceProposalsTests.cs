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
