using EwasteEpr.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Organisations;

public sealed class SignInServiceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly GivenPeople given = new(database);

    [Fact]
    public async Task Password_RightByEmail_OpensASession()
    {
        var (person, email) = await given.PersonAsync();
        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await SignInAsync(email.ToUpperInvariant(), GivenPeople.Password));
        var session = await given.Sessions.FindAsync(signedIn.Token, CancellationToken.None);
        Assert.Equal(person, session!.PersonId);
        Assert.Equal("none", session.SecondFactor);
    }

    [Fact]
    public async Task Password_UnknownName_IsRefusedLikeAWrongPasswordAfterTheSameWork()
    {
        var (_, email) = await given.PersonAsync();
        Assert.IsType<SignInOutcome.Refused>(await SignInAsync(email, "a wrong password"));
        var work = given.Verifications;
        Assert.IsType<SignInOutcome.Refused>(await SignInAsync("nobody@example.kz", "a wrong password"));
        Assert.Equal(work + 1, given.Verifications);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Password_WrongFiveTimes_MustWait_WhetherThePersonExistsOrNot(bool exists)
    {
        var email = exists ? (await given.PersonAsync()).Email : $"nobody{Guid.CreateVersion7():N}@example.kz";
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<SignInOutcome.Refused>(await SignInAsync(email, "a wrong password", address: $"198.51.100.{i}"));
        }

        var wait = Assert.IsType<SignInOutcome.Wait>(await SignInAsync(email, GivenPeople.Password));
        Assert.InRange(wait.For.TotalSeconds, 20, 30);
    }

    [Fact]
    public async Task Password_AccountLockedByAStranger_TheKnownDeviceStillGetsIn_AndNobodyElsesMarkDoes()
    {
        var (person, email) = await given.PersonAsync();
        var (other, _) = await given.PersonAsync();
        for (var i = 0; i < 5; i++)
        {
            await SignInAsync(email, "a wrong password", address: $"198.51.100.{200 + i}");
        }

        Assert.IsType<SignInOutcome.Wait>(await FromDeviceAsync(email, GivenPeople.Password, given.Devices.NewToken(other)));
        Assert.IsType<SignInOutcome.Wait>(await FromDeviceAsync(email, GivenPeople.Password, new string('0', 96)));
        var own = given.Devices.NewToken(person);
        for (var i = 0; i < 5; i++)
        {
            Assert.IsType<SignInOutcome.Refused>(await FromDeviceAsync(email, "a wrong password", own));
        }

        // A stolen mark is worth five guesses, like an account.
        Assert.IsType<SignInOutcome.Wait>(await FromDeviceAsync(email, GivenPeople.Password, own));
        Assert.IsType<SignInOutcome.SignedIn>(await FromDeviceAsync(email, GivenPeople.Password, given.Devices.NewToken(person)));
    }

    [Fact]
    public async Task Again_WhileAStrangerGuessesAtTheAccount_IsNotLocked()
    {
        var (_, email) = await given.PersonAsync();
        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await SignInAsync(email, GivenPeople.Password));
        var session = (await given.Sessions.FindAsync(signedIn.Token, CancellationToken.None))!;
        for (var i = 0; i < 5; i++)
        {
            await SignInAsync(session.UserName, "a wrong password", address: $"198.51.100.{220 + i}");
        }

        Assert.IsType<SignInOutcome.SignedIn>(await given.SignIn.AgainAsync(session, GivenPeople.Password, null, GivenPeople.From with { Address = "192.0.2.77" }, CancellationToken.None));
    }

    private Task<SignInOutcome> FromDeviceAsync(string login, string password, string device) =>
        given.SignIn.PasswordAsync(new PasswordSignIn(login, password, GivenPeople.From with { Address = "192.0.2.78", KnownDevice = device }), CancellationToken.None);

    [Fact]
    public async Task Password_AfterTheWait_DelayDoubles_AndTheRightOneStartsAnew()
    {
        var own = new TestDatabase();
        await own.InitializeAsync();
        try
        {
            var people = new GivenPeople(own);
            var (_, email) = await people.PersonAsync();
            for (var i = 0; i < 5; i++)
            {
                await people.SignIn.PasswordAsync(new PasswordSignIn(email, "wrong", GivenPeople.From), CancellationToken.None);
            }

            await own.SetClockOffsetAsync(TimeSpan.FromSeconds(31));
            Assert.IsType<SignInOutcome.Refused>(await people.SignIn.PasswordAsync(new PasswordSignIn(email, "wrong", GivenPeople.From), CancellationToken.None));
            var wait = Assert.IsType<SignInOutcome.Wait>(await people.SignIn.PasswordAsync(new PasswordSignIn(email, GivenPeople.Password, GivenPeople.From), CancellationToken.None));
            Assert.InRange(wait.For.TotalSeconds, 50, 60);
            await own.SetClockOffsetAsync(TimeSpan.FromSeconds(100));
            Assert.IsType<SignInOutcome.SignedIn>(await people.SignIn.PasswordAsync(new PasswordSignIn(email, GivenPeople.Password, GivenPeople.From), CancellationToken.None));
            Assert.IsType<SignInOutcome.Refused>(await people.SignIn.PasswordAsync(new PasswordSignIn(email, "wrong", GivenPeople.From), CancellationToken.None));
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task Password_TwentyFiveWrongAtOnce_NoMoreThanFiveAreLookedAt()
    {
        var (_, email) = await given.PersonAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 25).Select(i => SignInAsync(email, "a wrong password", address: $"198.51.100.{100 + i}")));
        Assert.InRange(outcomes.Count(outcome => outcome is SignInOutcome.Refused), 1, 5);
        Assert.All(outcomes, outcome => Assert.True(outcome is SignInOutcome.Refused or SignInOutcome.Wait));
    }

    [Fact]
    public async Task Password_FromOneAddress_ThirtyDifferentNames_MustWait()
    {
        const string Address = "192.0.2.1";
        for (var i = 0; i < 30; i++)
        {
            await SignInAsync($"guess{i}@example.kz", "a wrong password", Address);
        }

        Assert.IsType<SignInOutcome.Wait>(await SignInAsync("guess31@example.kz", "a wrong password", Address));
        Assert.IsType<SignInOutcome.Refused>(await SignInAsync("guess32@example.kz", "a wrong password", "192.0.2.2"));
    }

    [Fact]
    public async Task Password_FromABusyAddress_TheMistypingsOfManyDaysLockNobodyOut()
    {
        var own = new TestDatabase();
        await own.InitializeAsync();
        try
        {
            var people = new GivenPeople(own);
            for (var day = 0; day < 4; day++)
            {
                await own.SetClockOffsetAsync(TimeSpan.FromHours(day * 16));
                for (var i = 0; i < 15; i++)
                {
                    var outcome = await people.SignIn.PasswordAsync(new PasswordSignIn($"clerk{day}-{i}@example.kz", "mistyped", GivenPeople.From), CancellationToken.None);
                    Assert.IsType<SignInOutcome.Refused>(outcome);
                }
            }
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task Password_WithSecondStepOn_OpensNoSessionBeforeTheCode()
    {
        var (person, email) = await given.PersonAsync();
        var (secret, _) = await TurnOnAsync(person);
        Assert.IsType<SignInOutcome.NeedsCode>(await SignInAsync(email, GivenPeople.Password));
        var step = await NextStepAsync();
        var code = Totp.Code(secret, step);
        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await given.SignIn.CodeAsync(person, code, GivenPeople.From, CancellationToken.None));
        Assert.Equal("totp", (await given.Sessions.FindAsync(signedIn.Token, CancellationToken.None))!.SecondFactor);
    }

    [Fact]
    public async Task Code_UsedTwice_WorksOnce()
    {
        var (person, _) = await given.PersonAsync();
        var (secret, _) = await TurnOnAsync(person);
        var step = await NextStepAsync();
        var code = Totp.Code(secret, step);
        Assert.IsType<SignInOutcome.SignedIn>(await given.SignIn.CodeAsync(person, code, GivenPeople.From, CancellationToken.None));
        Assert.IsType<SignInOutcome.Refused>(await given.SignIn.CodeAsync(person, code, GivenPeople.From, CancellationToken.None));
    }

    [Fact]
    public async Task RecoveryCode_WorksOnce_AndOnlyForItsPerson()
    {
        var (person, _) = await given.PersonAsync();
        var (other, _) = await given.PersonAsync();
        var (_, codes) = await TurnOnAsync(person);
        await TurnOnAsync(other);
        Assert.IsType<SignInOutcome.Refused>(await given.SignIn.CodeAsync(other, codes[0], GivenPeople.From, CancellationToken.None));
        var typed = codes[0][..5].ToLowerInvariant() + "-" + codes[0][5..];
        Assert.IsType<SignInOutcome.SignedIn>(await given.SignIn.CodeAsync(person, typed, GivenPeople.From, CancellationToken.None));
        Assert.IsType<SignInOutcome.Refused>(await given.SignIn.CodeAsync(person, codes[0], GivenPeople.From, CancellationToken.None));
        Assert.Equal(9, (await given.TwoStep.StateAsync(person, CancellationToken.None)).RecoveryCodesLeft);
    }

    [Fact]
    public async Task RecoveryCode_UsedTwentyFiveTimesAtOnce_WorksOnce()
    {
        var (person, _) = await given.PersonAsync();
        var (_, codes) = await TurnOnAsync(person);
        var uses = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => given.TwoStep.UseAsync(person, codes[0], CancellationToken.None)));
        Assert.Single(uses, used => used == "recovery");
    }

    [Fact]
    public async Task Refusal_IsInTheAudit_WithoutWhatWasTyped()
    {
        var (person, email) = await given.PersonAsync();
        await SignInAsync(email, "a wrong password");
        var entry = await given.Db.QuerySingleAsync<string>(
            "select e.action || ' ' || e.details::text || ' ' || coalesce(e.address, '') from audit.entries e where e.object_id = @id and e.action = 'sign_in.refused' order by e.entry_id desc limit 1", new { id = person.ToString() }, CancellationToken.None);
        Assert.Equal("sign_in.refused {\"step\": \"password\"} 203.0.113.7", entry);
    }

    private Task<SignInOutcome> SignInAsync(string login, string password, string? address = "203.0.113.7") =>
        given.SignIn.PasswordAsync(new PasswordSignIn(login, password, GivenPeople.From with { Address = address }), CancellationToken.None);

    private async Task<(byte[] Secret, IReadOnlyList<string> Codes)> TurnOnAsync(EwasteEpr.Kernel.PersonId person)
    {
        var secret = (await given.TwoStep.BeginAsync(person, CancellationToken.None))!;
        var step = await NextStepAsync() - 1;
        var codes = await given.TwoStep.ConfirmAsync(person, Totp.Code(secret, step), GivenPeople.Acting(person), CancellationToken.None);
        return (secret, codes!);
    }

    /// <summary>Allowed as clock difference, and later than the step that switched the codes on.</summary>
    private async Task<long> NextStepAsync() => Totp.StepAt(await given.Db.QuerySingleAsync<DateTimeOffset>("select app.now()", null, CancellationToken.None)) + 1;
}
