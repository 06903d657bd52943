using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.TakeBack.DropOffs;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.TakeBack;

/// <summary>The browser is lost, the phone is not: its code opens the vouchers, and tells a stranger nothing.</summary>
public sealed class VoucherByPhoneTests : IAsyncLifetime
{
    private const string Phone = "8 701 123 45 67";
    private readonly GivenTakeBack given = new();

    private VoucherByPhone Door => new(given.Db, given.Secrets, given.Givers, new TextMessages(given.Db, given.Secrets, given.Texts, keepText: true));

    public async Task InitializeAsync()
    {
        await given.InitializeAsync();
        await given.Campaigns.OpenAsync(1_000_000);
    }

    public async Task DisposeAsync()
    {
        await given.Database.AssertInvariantsAsync();
        await given.DisposeAsync();
    }

    [Fact]
    public async Task Open_ByTheCodeSentToThePhone_ShowsItsVouchersOnce()
    {
        var voucher = await VoucherOfPhoneAsync();
        var ask = await AskAsync(Phone);
        Assert.Empty(await Door.OpenAsync(ask, "000000", From("203.0.113.9"), default));
        var code = await CodeAsync();
        Assert.Equal([voucher], (await Door.OpenAsync(ask, code, From("203.0.113.9"), default)).Select(one => one.VoucherId));
        Assert.Empty(await Door.OpenAsync(ask, code, From("203.0.113.9"), default));
    }

    [Fact]
    public async Task Ask_ForANumberWithoutVouchers_IsAnsweredTheSameAfterTheSameStatements_AndNothingIsSent()
    {
        await VoucherOfPhoneAsync();
        var statements = new List<long>();
        foreach (var phone in new[] { Phone, "8 702 000 00 00" })
        {
            using var counter = new StatementCounter();
            counter.Start();
            await AskAsync(phone);
            statements.Add(counter.Statements);
        }

        Assert.Single(statements.Distinct());
        Assert.Equal(1, await given.AskAsync<long>("select count(*) from messages.texts where subject_id in (select voucher_phone_code_id from voucher_phone_codes)"));
    }

    [Fact]
    public async Task Open_AfterTheConsentWasTakenBack_FindsNothing()
    {
        await VoucherOfPhoneAsync("one browser");
        var dropOff = await given.AskAsync<Guid>("select drop_off_id from vouchers limit 1");
        Assert.True(await given.Phones.WithdrawConsentAsync(dropOff, "one browser", GivenTakeBack.Anybody, default));
        await AskAsync(Phone);
        Assert.Equal(0, await given.AskAsync<long>("select count(*) from messages.texts where subject_id in (select voucher_phone_code_id from voucher_phone_codes)"));
    }

    [Fact]
    public async Task Ask_MoreThanFiveTimesADay_IsRefused_AndGuessingFromOneAddressEndsEarly()
    {
        for (var i = 0; i < 5; i++)
        {
            await AskAsync(Phone, $"203.0.113.{i + 1}");
        }

        Assert.IsType<PhoneAsk.TooMany>(await Door.AskAsync(Phone, "kk", code => code, From("203.0.113.7"), default));
        var asked = 0;
        while (await Door.AskAsync($"7{asked:D9}", "kk", code => code, From("203.0.113.99"), default) is PhoneAsk.Sent && asked < 10_000)
        {
            asked++;
        }

        Assert.InRange(asked, 5, 40);
    }

    [Fact]
    public async Task Open_ByTheSixthTry_IsTooLate()
    {
        await VoucherOfPhoneAsync();
        var ask = await AskAsync(Phone);
        for (var i = 0; i < 5; i++)
        {
            Assert.Empty(await Door.OpenAsync(ask, "000000", From($"203.0.113.{i + 1}"), default));
        }

        Assert.Empty(await Door.OpenAsync(ask, await CodeAsync(), From("203.0.113.60"), default));
    }

    private async Task<Guid> VoucherOfPhoneAsync(string browser = "a browser")
    {
        var visit = await given.AnnouncedAsync(browser);
        Assert.Equal(PhoneOutcome.Done, await given.Phones.SendAsync(new PhoneRequest(visit.DropOffId, browser, Phone, false, "kk"), code => code, GivenTakeBack.Anybody, default));
        Assert.Equal(PhoneOutcome.Done, await given.Phones.ConfirmAsync(visit.DropOffId, browser, await CodeAsync(), GivenTakeBack.Anybody, default));
        await given.AcceptAsync(visit, await given.ContainerAsync());
        return await given.AskAsync<Guid>("select voucher_id from vouchers order by made_at desc limit 1");
    }

    private async Task<string> CodeAsync()
    {
        await new TextMessages(given.Db, given.Secrets, given.Texts, keepText: true).SweepAsync(default);
        return given.Texts.Bodies[^1];
    }

    private async Task<Guid> AskAsync(string phone, string address = "203.0.113.9") =>
        Assert.IsType<PhoneAsk.Sent>(await Door.AskAsync(phone, "kk", code => code, From(address), default)).AskId;

    private static Actor From(string address) => GivenTakeBack.Anybody with { Address = address };
}
