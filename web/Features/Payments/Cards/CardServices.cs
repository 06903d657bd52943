using EwasteEpr.Kernel;
using EwasteEpr.Payments.Cards;
using EwasteEpr.Payments.Cards.Pretend;
using EwasteEpr.Web.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>What card payments need of the container: the real provider where a key is given, the pretended one in Demo, none otherwise.</summary>
public static class CardServices
{
    public static void AddCards(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var key = CardSecrets.Key(builder.Configuration, builder.Environment);
        var isPretend = key is null && builder.Configuration.IsDemo(builder.Environment);
        services.AddSingleton<PretendGateway>();
        if (key is null)
        {
            // Without a key nothing is offered, and nothing asks the gateway; in Demo it is the pretended one.
            services.AddSingleton<ICardGateway>(provider => provider.GetRequiredService<PretendGateway>());
            services.AddSingleton(provider => new CardOptions(isPretend, isPretend, [Convert.ToHexStringLower(provider.GetRequiredService<Secrets>().Hash("card-webhook", "pretend"))]));
        }
        else
        {
            services.AddSingleton<ICardGateway>(new StripeGateway(NewClient(), key));
            services.AddSingleton(new CardOptions(IsOffered: true, IsPretend: false, CardSecrets.WebhookSecrets(builder.Configuration)));
        }

        services.AddSingleton<CardSettling>().AddSingleton<CardPayments>().AddSingleton<ProviderEvents>().AddSingleton<ApplyProviderEvents>();
        services.AddSingleton<CardRefunds>().AddSingleton<PaymentCases>().AddSingleton<CardLists>();
        services.AddSingleton(provider => new PretendProvider(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<PretendGateway>(), NewClient(), provider.GetRequiredService<CardOptions>(), provider.GetRequiredService<TimeProvider>(),
            () => provider.GetRequiredService<CardOptions>().IsPretend ? OwnWebhook(provider.GetRequiredService<IServer>()) : null));
    }

    /// <summary>Follows no redirect: the key goes to the provider and nowhere else.</summary>
    private static HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each try has its own
        MaxResponseContentBufferSize = 1024 * 1024,
    };

    private static readonly string[] Anywhere = ["//[::]", "//0.0.0.0", "//*", "//+"];

    /// <summary>Where this process listens, over the loopback address; none before it does.</summary>
    private static Uri? OwnWebhook(IServer server) => server.Features.Get<IServerAddressesFeature>()?.Addresses
        .Where(address => address.StartsWith("http:", StringComparison.Ordinal))
        .Select(address => Anywhere.Aggregate(address, (at, any) => at.Replace(any, "//127.0.0.1", StringComparison.Ordinal)))
        .Select(address => new Uri(new Uri(address), CardWebhook.Path))
        .FirstOrDefault();
}
