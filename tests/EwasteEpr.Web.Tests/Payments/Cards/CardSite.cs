using System.Runtime.CompilerServices;
using System.Text;
using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Tests.Payments;
using EwasteEpr.Tests.Support;
using EwasteEpr.Web.Features.Payments.Cards;
using EwasteEpr.Web.Hosting;
using EwasteEpr.Web.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EwasteEpr.Web.Tests.Payments.Cards;

/// <summary>A site with the card provider's test key: what comes to its webhook is signed as the provider signs.</summary>
public class CardSite : SiteFixture
{
    public const string Secret = "whsec_the_first_one_of_two";
    public const string NextSecret = "whsec_the_second_one_of_two";
    private readonly string secrets = Directory.CreateTempSubdirectory("ewaste-card-secrets-").FullName;

    protected override IReadOnlyList<string> Settings => SettingsFor(secrets);

    /// <summary>For a second node on the same database.</summary>
    public string[] NodeSettings => [.. SettingsFor(secrets)];

    public static IReadOnlyList<string> SettingsFor(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "key"), "sk_test_of_the_tests\n");
        File.WriteAllText(Path.Combine(folder, "webhook"), $"{Secret}\n{NextSecret}\n");
        return ["--Demo=true", "--PasswordRounds=1000", $"--EWASTE_CARD_KEY_FILE={Path.Combine(folder, "key")}", $"--EWASTE_CARD_WEBHOOK_SECRETS_FILE={Path.Combine(folder, "webhook")}", "--EWASTE_CARD_ADDRESS=http://127.0.0.1:1"];
    }

    /// <summary>The folder web, from this deeper folder of tests.</summary>
    public static string WebFolderHere([CallerFilePath] string here = "") => WebFolder(Path.GetDirectoryName(here)!);

    public static HttpRequestMessage Delivery(string body, string? secret = Secret, DateTimeOffset? at = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(CardWebhook.Path, UriKind.Relative)) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        if (secret is not null)
        {
            request.Headers.Add(StripeGateway.SignatureHeader, WebhookSignature.Sign(bytes, secret, at ?? TimeProvider.System.GetUtcNow()));
        }

        return request;
    }

    public static async Task<int> DeliverAsync(HttpClient to, string body, string? secret = Secret, DateTimeOffset? at = null)
    {
        using var request = Delivery(body, secret, at);
        using var answer = await to.SendAsync(request);
        return (int)answer.StatusCode;
    }

    public Task<long> CountAsync(string sql) => Service<Db>().QuerySingleAsync<long>(sql, null, CancellationToken.None);
}
