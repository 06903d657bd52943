using EwasteEpr.Tariffs;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EwasteEpr.Web.Features.Declarations;

/// <summary>What this feature needs of the container.</summary>
public static class DeclarationServices
{
    public static IServiceCollection AddDeclarations(this IServiceCollection services)
    {
        services.TryAddSingleton<TariffService>();
        services.AddApiDescription();
        return services;
    }
}
