using System.Security.Cryptography;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Organisations;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Organisations;

/// <summary>People and organisations in the field's words, over a real database; hashing is quick here because its cost is no rule.</summary>
internal sealed class GivenPeople
{
    public const string Password = "seven brown camels walk";
    private static readonly string[] Numbers = ["040340008429", "240140000203", "141340944624", "181340858813", "161340452459", "151340181898"];
    private static int count;

    public GivenPeople(TestDatabase database)
    {
        Database = database;
        Db = database.Db;
        Outbox = new Outbox(Db, Secrets);
        Brake = new SignInBrake(Db, Secrets);
        Sessions = new SessionService(Db);
        TwoStep = new TwoStepService(Db, Secrets);
        Devices = new KnownDevices(Secrets);
        SignIn = new SignInService(Db, Hashing, Brake, Sessions, TwoStep, Devices);
        People = new PersonService(Db, Hashing, Brake, Outbox);
        Organisations = new OrganisationService(Db, Secrets, Outbox);
        Members = new MemberService(Db);
        Invitations = new InvitationService(Db, Outbox, Hashing, Brake);
        ApiKeys = new ApiKeyService(Db, Secrets);
    }

    public TestDatabase Database { get; }

    public Db Db { get; }

    public Secrets Secrets { get; } = new(RandomNumberGenerator.GetBytes(32));

    public Outbox Outbox { get; }

    public SignInBrake Brake { get; }

    public SessionService Sessions { get; }

    public TwoStepService TwoStep { get; }

    public KnownDevices Devices { get; }

    public SignInService SignIn { get; }

    public PersonService People { get; }

    public OrganisationService Organisations { get; }

    public MemberService Members { get; }

    public InvitationService Invitations { get; }

    public ApiKeyService ApiKeys { get; }

    /// <summary>How often a password was verified: an unknown name must cost as much as a known one.</summary>
    public int Verifications { get; private set; }

    private PasswordHashing Hashing => new(Hash, (hash, password) =>
    {
        Verifications++;
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(hash), Encoding.UTF8.GetBytes(Hash(password))) ? PasswordMatch.Yes : PasswordMatch.No;
    });

    public static SignInFrom From { get; } = new("203.0.113.7", "Test/1.0", "request-1");

    public static Actor Acting(PersonId person, OrganisationId? organisation = null) => new(person.Value, organisation?.Value, null, OrganisationRole.Owner, "request-1", null);

    public async Task<(PersonId Id, string Email)> PersonAsync(string? email = null)
    {
        email ??= $"person{Interlocked.Increment(ref count)}@example.kz";
        string? token = null;
        await People.SendLinkAsync(email, LinkPurpose.Join, link =>
        {
            token = link.Token;
            return new Letter(email, "en", "Join", "A link");
        }, null, CancellationToken.None);
        var created = Assert.IsType<CreatePersonOutcome.Created>(await People.CreateByLinkAsync(token!, new NewPerson("Aigul Example", Password, "kk"), From, CancellationToken.None));
        return (created.Person, email);
    }

    public async Task<(OrganisationId Id, string Slug, PersonId Owner)> OrganisationAsync(int number = 0)
    {
        var owner = (await PersonAsync()).Id;
        var joined = Assert.IsType<JoinOutcome.Joined>(await Organisations.JoinAsync(Joining(Numbers[number]), Acting(owner), CancellationToken.None));
        return (joined.Id, joined.Slug, owner);
    }

    public static NewOrganisation Joining(string number) =>
        new(Bin.Parse(number), "«Үлгі» ЖШС", "ТОО «Үлгі»", "750000000", "Алматы, Үлгі көшесі, 1", "Айгүл", "office@example.kz", "+7 000 000 00 00", [Activity.Importer]);

    /// <summary>An invitation and the token that only its letter holds.</summary>
    public async Task<string> InvitedAsync(OrganisationId organisation, PersonId inviter, string email, params string[] roles)
    {
        var token = SecretToken.New();
        var outcome = await Invitations.InviteAsync(
            new Invite(organisation, email, roles.Length == 0 ? [OrganisationRole.Viewer] : roles), token, new Letter(email, "en", "Invitation", token), Acting(inviter, organisation), CancellationToken.None);
        Assert.Equal(InviteOutcome.Sent, outcome);
        return token;
    }

    public async Task<PersonId> MemberAsync(OrganisationId organisation, PersonId inviter, params string[] roles)
    {
        var (person, email) = await PersonAsync();
        var token = await InvitedAsync(organisation, inviter, email, roles);
        Assert.IsType<AcceptOutcome.Accepted>(await Invitations.AcceptAsync(token, person, Acting(person), CancellationToken.None));
        return person;
    }

    private static string Hash(string password) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(password)));
}
