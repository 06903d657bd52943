using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EwasteEpr.Kernel;
using EwasteEpr.Signatures;
using EwasteEpr.Signatures.Demo;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Signatures;

/// <summary>Who is believed when a document is signed, and where the browser component is looked for.</summary>
public static class SignatureServices
{
    public static void AddSignatures(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (services, configuration) = (builder.Services, builder.Configuration);
        InventedAuthority? invented = null;
        if (configuration.IsDemo(builder.Environment))
        {
            invented = new InventedAuthority(TimeProvider.System.GetUtcNow());
            services.AddSingleton(invented).AddSingleton<InventedKeys>();
        }

        services.AddSingleton(new SigningComponent(configuration["EWASTE_NCALAYER"] ?? SigningComponent.Usual));
        services.AddSingleton(Trust(configuration, invented));
        services.AddSingleton<CmsVerifier>();
        var service = configuration["EWASTE_SIGNATURE_SERVICE"] is { Length: > 0 } address ? new Uri(address.TrimEnd('/') + "/") : null;
        services.AddSingleton<ISignatureVerifier>(provider => new SignatureVerification(
            provider.GetRequiredService<CmsVerifier>(),
            service is null ? null : new VerifierService(new HttpClient { BaseAddress = service, Timeout = TimeSpan.FromSeconds(20) }, provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton<DocumentSigning>();
    }

    /// <exception cref="StartRefusedException">The folder is not there, or holds something that is no certificate.</exception>
    private static SignatureTrust Trust(ConfigurationManager configuration, InventedAuthority? invented)
    {
        var asks = !string.Equals(configuration["EWASTE_SIGNATURE_REVOCATION"], "none", StringComparison.OrdinalIgnoreCase);
        var folder = configuration["EWASTE_SIGNATURE_ROOTS"];
        try
        {
            var trust = string.IsNullOrEmpty(folder) ? new SignatureTrust([], [], asks) : SignatureTrust.FromFolder(folder, asks);
            if (invented is null)
            {
                return trust;
            }

            trust.Roots.AddRange(invented.Trust.Roots);
            return trust with { AsksRevocation = asks && folder is { Length: > 0 } };
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartRefusedException($"EWASTE_SIGNATURE_ROOTS ({folder}) cannot be read: {problem.Message}");
        }
    }
}

/// <summary>The program on the signatory's own computer that holds the key.</summary>
/// <param name="Address">Web socket; by default the one where NCALayer listens.</param>
public sealed record SigningComponent(string Address)
{
    public const string Usual = "wss://127.0.0.1:13579";

    /// <summary>What the page may connect to: the component, and the other door that the same client library tries.</summary>
    public string Sources => $"{Address} https://127.0.0.1:24680";
}
