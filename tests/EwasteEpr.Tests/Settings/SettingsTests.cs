using EwasteEpr.Kernel;
using EwasteEpr.Settings;
using EwasteEpr.Tariffs;
using EwasteEpr.Tests.Support;
using Npgsql;

namespace EwasteEpr.Tests.Settings;

public sealed class SettingsTests : IAsyncLifetime
{
    private readonly TestDatabase database = new();
    private readonly Actor first = new(Guid.CreateVersion7(), null, null, "operator_preparer", "test", null);
    private readonly Actor second = new(Guid.CreateVersion7(), null, null, "operator_approver", "test", null);

    private SettingsService Service => new(database.Db);

    public Task InitializeAsync() => database.InitializeAsync();

    public Task DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Change_NeedsTwoPeopleAndThenPrices()
    {
        var tariffs = new TariffService(database.Db);
        Assert.Equal(TariffProgramme.Official, (await tariffs.CurrentAsync(default)).PricingProgramme);
        Assert.Equal(ProposeSettingOutcome.Proposed, await ProposeAsync("tariff.programme", "Illustrative"));
        Assert.Equal(ProposeSettingOutcome.OneIsOpen, await ProposeAsync("tariff.programme", "Official"));
        var id = (await FindAsync("tariff.programme")).SettingChangeId!.Value;
        Assert.Equal(ApplySettingOutcome.SamePerson, await Service.ApplyAsync(id, first, default));
        Assert.Equal(TariffProgramme.Official, (await tariffs.CurrentAsync(default)).PricingProgramme);

        Assert.Equal(ApplySettingOutcome.Done, await Service.ApplyAsync(id, second, default));

        Assert.Equal(TariffProgramme.Illustrative, (await tariffs.CurrentAsync(default)).PricingProgramme);
        Assert.Equal(ApplySettingOutcome.AlreadyDecided, await Service.ApplyAsync(id, second, default));
        Assert.Equal(ApplySettingOutcome.NotFound, await Service.ApplyAsync(Guid.CreateVersion7(), second, default));
    }

    [Theory]
    [InlineData("tariff.programme", "", ProposeSettingOutcome.BadValue)]
    [InlineData("tariff.programme", "Free", ProposeSettingOutcome.BadValue)]
    [InlineData("fee.interest", "abc", ProposeSettingOutcome.BadValue)]
    [InlineData("fee.interest", "1 234,5", ProposeSettingOutcome.Proposed)]
    [InlineData("payments.invoice_days", "1.5", ProposeSettingOutcome.BadValue)]
    [InlineData("declarations.nil_duty", "Yes", ProposeSettingOutcome.Proposed)]
    [InlineData("declarations.nil_duty", "perhaps", ProposeSettingOutcome.BadValue)]
    [InlineData("no.such", "1", ProposeSettingOutcome.NotFound)]
    public async Task Propose_ChecksTheValue(string key, string value, ProposeSettingOutcome outcome) => Assert.Equal(outcome, await ProposeAsync(key, value));

    [Fact]
    public async Task Register_NamesAnOwnerForEachAndInventsNoAct()
    {
        var settings = await Service.ListAsync(default);
        Assert.True(settings.Count > 20);
        Assert.All(settings, setting => Assert.Null(setting.Basis));
        Assert.Equal(["tariff.programme"], settings.Where(setting => setting.Gap == "Start").Select(setting => setting.Key));
    }

    [Theory]
    [InlineData("update app.settings set value = 'Illustrative' where key = 'tariff.programme'")]
    [InlineData("update app.settings set value = 'Illustrative', changed_by = '00000000-0000-7000-8000-000000000001', approved_by = '00000000-0000-7000-8000-000000000001', changed_at = now() where key = 'tariff.programme'")]
    [InlineData("insert into app.settings (key, position, kind, owner, gap) values ('x.y', 1, 'Text', 'Product', 'Shown')")]
    [InlineData("delete from app.settings")]
    public async Task Setting_CannotBeChangedPastTheRule(string sql) => await Assert.ThrowsAsync<PostgresException>(() => database.Db.ExecuteAsync(sql, null, default));

    [Fact]
    public async Task Production_IsRefusedWithAnIllustrativeTariff()
    {
        var checks = new ProductionChecks(database.Db);
        Assert.Empty(await checks.RefusalsAsync(default));
        await ProposeAsync("tariff.programme", "Illustrative");
        await Service.ApplyAsync((await FindAsync("tariff.programme")).SettingChangeId!.Value, second, default);
        Assert.Contains("Illustrative", Assert.Single(await checks.RefusalsAsync(default)), StringComparison.Ordinal);
    }

    private Task<ProposeSettingOutcome> ProposeAsync(string key, string? value) => Service.ProposeAsync(new SettingDraft(key, value, "Act 1", "because"), first, default);

    private async Task<Setting> FindAsync(string key) => (await Service.ListAsync(default)).Single(setting => setting.Key == key);
}
