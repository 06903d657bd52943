using EwasteEpr.Payments.Cards;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>The provider's secrets: from the environment or from a file, never from a setting that is committed or seen in a list of processes.</summary>
internal static class CardSecrets
{
    private const string KeyName = "EWASTE_CARD_KEY";
    private const string WebhookName = "EWASTE_CARD_WEBHOOK_SECRETS";
    private const int ShortestSecret = 16;

    /// <exception cref="StartRefusedException">A key of the wrong kind or mode: play money in production, or real money in a demonstration.</exception>
    public static CardKey? Key(IConfiguration configuration, IHostEnvironment environment)
    {
        if (Read(configuration, KeyName) is not { } secret)
        {
            return null;
        }

        var isDemo = configuration.IsDemo(environment);
        var wantsLive = configuration["EWASTE_CARD_MODE"] switch
        {
            "live" => true,
            "test" => false,
            null or "" => environment.IsProduction() && !isDemo,
            var other => throw new StartRefusedException($"EWASTE_CARD_MODE is {other}: say live or test."),
        };
        if (wantsLive && isDemo)
        {
            throw new StartRefusedException("EWASTE_CARD_MODE is live in Demo mode: a demonstration never moves real money.");
        }

        if (StripeGateway.IsLiveKey(secret) is not { } isLive)
        {
            throw new StartRefusedException($"{KeyName} is no secret key of the card provider: one begins with sk_ or rk_ and says live or test.");
        }

        if (isLive != wantsLive)
        {
            throw new StartRefusedException($"{KeyName} is a {Word(isLive)} key, and this installation takes {Word(wantsLive)} payments (EWASTE_CARD_MODE): play money must not pay real invoices, nor the other way round.");
        }

        var address = configuration["EWASTE_CARD_ADDRESS"] is { Length: > 0 } elsewhere ? new Uri(elsewhere) : null;
        return address is not null && isLive
            ? throw new StartRefusedException("EWASTE_CARD_ADDRESS is for tests: a live key is sent to the provider and nowhere else.")
            : new CardKey(secret, isLive, address);
    }

    /// <summary>One, or two while one replaces the other: separated by commas or lines.</summary>
    public static IReadOnlyList<string> WebhookSecrets(IConfiguration configuration)
    {
        string[] secrets = (Read(configuration, WebhookName) ?? "").Split([',', '\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return secrets.Length is 1 or 2 && Array.TrueForAll(secrets, secret => secret.Length >= ShortestSecret)
            ? secrets
            : throw new StartRefusedException($"{WebhookName} (or the file that {WebhookName}_FILE names) must hold the webhook's signing secret, or two while one replaces the other: without it no payment would be believed.");
    }

    private static string Word(bool isLive) => isLive ? "live" : "test";

    private static string? Read(IConfiguration configuration, string name)
    {
        if (configuration[name + "_FILE"] is not { Length: > 0 } file)
        {
            return Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value.Trim() : null;
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{name}_FILE cannot be read: {problem.Message}");
        }
    }
}
