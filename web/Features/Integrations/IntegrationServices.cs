using EwasteEpr.Integrations;

namespace EwasteEpr.Web.Features.Integrations;

/// <summary>What webhooks need of the container.</summary>
public static class IntegrationServices
{
    public static IServiceCollection AddIntegrations(this IServiceCollection services) => services
        .AddSingleton(_ => new WebhookWire()).AddSingleton(provider => ActivatorUtilities.CreateInstance<WebhookSweep>(provider, TimeProvider.System))
        .AddSingleton<EndpointService>().AddSingleton<DeliveryLog>().AddSingleton<FailureNotices>().AddSingleton<FailureLetters>();
}
