using AngleSharp.Dom;
using EwasteEpr.Kernel;
using EwasteEpr.Organisations;
using EwasteEpr.Organisations.Demo;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Organisations;

/// <summary>The site in Demo mode: invented people to sign in as, by click or by password.</summary>
public class DemoSite : SiteFixture
{
    protected override IReadOnlyList<string> Settings => ["--Demo=true", "--PasswordRounds=1000", "--Jobs:Enabled=false"];

    public DemoSecrets Secrets => DemoSecrets.Load(Service<EwasteEpr.Web.Hosting.Database>().Folder);

    public string Slug(string organisation) => Secrets.Slug(organisation);

    /// <summary>A browser of its own that has signed in by name and password, as people do.</summary>
    public async Task<HttpClient> SignedInAsync(string userName, string? password = null)
    {
        var browser = NewClient(keepsCookies: true);
        using var answer = await SubmitSignInAsync(browser, userName, password ?? Secrets.Password(userName));
        Assert.Equal("/en/sign-in/done", answer.Headers.Location?.OriginalString);
        return browser;
    }

    public static async Task<HttpResponseMessage> SubmitSignInAsync(HttpClient browser, string userName, string password, string query = "")
    {
        var page = await browser.GetPageAsync("/en/sign-in" + query);
        return await browser.SubmitAsync(page, "#sign-in", new Dictionary<string, string>(StringComparer.Ordinal) { ["Login"] = userName, ["Password"] = password });
    }

    private const string MemberSql = """
        with person as (
            insert into people (user_name, email, name) values (@name, @name || '@example.kz', @name) returning person_id
        ), secret as (
            insert into credentials (person_id, password_hash) select person_id, @hash from person
        )
        insert into memberships (organisation_id, person_id, roles)
        select o.organisation_id, p.person_id, array[@role] from organisations o, person p where o.demo_code = @organisation
        returning person_id
        """;

    /// <summary>A person with exactly one role, so that no other role hides what it may not.</summary>
    public async Task<HttpClient> MemberAsync(string organisation, string role)
    {
        const string Password = "seven brown camels walk";
        var name = $"only-{role.Replace('_', '-')}-{Guid.CreateVersion7():N}";
        await Service<Db>().QuerySingleAsync<PersonId>(MemberSql, new { name, organisation, role, hash = Service<PasswordHashing>().Hash(Password) }, CancellationToken.None);
        return await SignedInAsync(name, Password);
    }

    public async Task<string> KeyAsync(string organisation, string scope)
    {
        var id = await Service<Db>().QuerySingleAsync<OrganisationId>("select organisation_id from organisations where demo_code = @organisation", new { organisation }, CancellationToken.None);
        return (await Service<ApiKeyService>().CreateAsync(id, scope, [scope], Actor.System("test"), CancellationToken.None))!;
    }

    private const string DeviceSql = """
        insert into devices (organisation_id, name, token_hash, paired_at, created_by)
        select m.organisation_id, 'Tablet', @hash, app.now(), m.person_id
          from memberships m join organisations o using (organisation_id)
         where o.demo_code = @organisation order by m.person_id limit 1
        """;

    /// <summary>A tablet that was paired, with nobody signed in on it.</summary>
    public async Task<HttpClient> DeviceAsync(string organisation)
    {
        var token = SecretToken.New();
        await Service<Db>().ExecuteAsync(DeviceSql, new { organisation, hash = SecretToken.Hash(token) }, CancellationToken.None);
        var tablet = NewClient();
        tablet.DefaultRequestHeaders.Add("Cookie", "ewaste-device=" + token);
        return tablet;
    }

    public Task<long> CountAsync(string sql) => Service<Db>().QuerySingleAsync<long>(sql, null, CancellationToken.None);

    public static string TextOf(IDocument page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page.QuerySelector("main")!.TextContent;
    }
}
