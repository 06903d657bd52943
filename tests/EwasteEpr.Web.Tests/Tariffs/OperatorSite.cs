using EwasteEpr.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Tariffs;

/// <summary>A site with people of the operator, signed in.</summary>
public sealed class OperatorSite : SiteFixture
{
    public Task<HttpClient> PreparerAsync() => SignedInAsync(PlatformRole.OperatorPreparer);

    public Task<HttpClient> ApproverAsync() => SignedInAsync(PlatformRole.OperatorApprover);

    /// <summary>A new person with these platform roles, in a browser of their own.</summary>
    public async Task<HttpClient> SignedInAsync(params string[] roles)
    {
        var person = await Database.Db.QuerySingleAsync<Guid>("""
            with person as (
                insert into people (user_name, email, name) select n, n || '@example.kz', 'Тест' from (select 'p' || replace(uuidv7()::text, '-', '') as n) name returning person_id
            ), granted as (
                insert into platform_roles (person_id, role) select person_id, unnest(@roles) from person
            )
            select person_id from person
            """, new { roles }, CancellationToken.None);
        // A second factor is what the platform's people need outside the demonstration.
        var token = await Service<SessionService>().OpenAsync(new OpenSession(new Kernel.PersonId(person), "totp", new SignInFrom(null, null, "test")), CancellationToken.None);
        var client = NewClient(keepsCookies: true);
        client.DefaultRequestHeaders.Add("Cookie", $"ewaste={token}");
        return client;
    }
}
