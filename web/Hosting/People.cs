using EwasteEpr.Kernel;
using EwasteEpr.Messages;
using EwasteEpr.Organisations;
using EwasteEpr.Organisations.Demo;
using EwasteEpr.Web.Features.Organisations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace EwasteEpr.Web.Hosting;

/// <summary>People, organisations, sessions, keys and letters: what the pipeline needs of them.</summary>
public static class People
{
    public static void AddPeople(this WebApplicationBuilder builder, Database database)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(database);
        var services = builder.Services;
        var isDemo = builder.Configuration.IsDemo(builder.Environment);
        services.AddSingleton(new PeopleSettings(isDemo, PlatformNeedsSecondFactor: !isDemo));
        services.AddSingleton(LoadSecrets(builder.Configuration["EWASTE_SECRET_KEY"], database.Folder));
        services.AddSingleton(Hashing(builder.Configuration.GetValue("PasswordRounds", 210_000)));
        services.AddSingleton<SignInBrake>().AddSingleton<KnownDevices>().AddSingleton<SessionService>().AddSingleton<TwoStepService>().AddSingleton<SignInService>();
        services.AddSingleton<PersonService>().AddSingleton<OrganisationService>().AddSingleton<MemberService>().AddSingleton<InvitationService>().AddSingleton<ApiKeyService>().AddSingleton<DeviceService>().AddSingleton<ActivityLog>();
        services.AddSingleton<PasskeyService>().AddSingleton<PasskeyCeremony>();
        services.AddIdentityCore<PasskeyOwner>().AddUserStore<PasskeyStore>();
        services.AddScoped<IPasskeyHandler<PasskeyOwner>, PasskeyHandler<PasskeyOwner>>();
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.UserVerificationRequirement = "required"; // a passkey stands for password and second step
            options.ResidentKeyRequirement = "required"; // so that no name has to be typed
            options.ServerDomain = PasskeyDomain(builder.Configuration["EWASTE_ADDRESS"]);
        });
        services.AddSingleton<SessionCache>().AddSingleton<Outbox>().AddSingleton<DemoSeed>().AddSingleton<DemoSignIn>();
        services.AddSingleton(Mailer(builder.Configuration, database.Folder, isDemo));
        services.AddSingleton(provider => new LetterDelivery(provider.GetRequiredService<Outbox>(), provider.GetRequiredService<IMailer>(), keepText: isDemo));
        services.AddSingleton<PendingSignIn>().AddSingleton<Landing>().AddSingleton<Letters>().AddSingleton<SiteAddress>().AddSingleton<OrganisationBars>();
        DataProtectionKeys.Add(services);
        // The keys are sealed by our own store; the framework, which cannot know, would warn of each.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
        services.AddAuthentication(SessionAuthentication.Scheme)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.Scheme, null)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.Scheme, null)
            .AddScheme<AuthenticationSchemeOptions, DeviceAuthentication>(DeviceAuthentication.Scheme, null);
        services.AddPolicies();
    }

    /// <summary>After the migrations: the invented people get their secrets.</summary>
    public static async Task PrepareDemoAsync(this WebApplication app, Database database, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(database);
        if (app.Services.GetRequiredService<PeopleSettings>().IsDemo)
        {
            await app.Services.GetRequiredService<DemoSeed>().RunAsync(DemoSecrets.Load(database.Folder), ct);
            await app.Services.GetRequiredService<EwasteEpr.Declarations.Demo.DemoDeclarations>().RunAsync(ct);
            await app.Services.GetRequiredService<EwasteEpr.Payments.Demo.DemoInvoices>().RunAsync(ct);
            await app.Services.GetRequiredService<EwasteEpr.Payments.Demo.DemoBank>().RunAsync(ct);
            await app.Services.GetRequiredService<EwasteEpr.Vouchers.Demo.DemoVouchers>().RunAsync(ct);
            await app.Services.GetRequiredService<EwasteEpr.TakeBack.Demo.DemoTakeBack>().RunAsync(ct);
            await app.Services.GetRequiredService<EwasteEpr.Consignments.Demo.DemoConsignments>().RunAsync(ct);
            await app.Services.GetRequiredService<EwasteEpr.Treatment.Demo.DemoBatches>().RunAsync(ct);
            await app.Services.GetRequiredService<EwasteEpr.Marketplace.Demo.DemoLots>().RunAsync(ct);
            await app.Services.GetRequiredService<EwasteEpr.Evidence.Demo.DemoEvidence>().RunAsync(ct);
            await app.Services.GetRequiredService<EwasteEpr.Compliance.Demo.DemoCases>().RunAsync(ct);
        }
    }

    /// <summary>PBKDF2 with HMAC-SHA-512 by the framework's hasher, 210 000 rounds (OWASP Password Storage Cheat Sheet).</summary>
    private static PasswordHashing Hashing(int rounds)
    {
        var hasher = new PasswordHasher<PasswordHashing>(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = rounds }));
        return new PasswordHashing(
            password => hasher.HashPassword(null!, PasswordRules.Normalise(password)),
            (hash, password) => hasher.VerifyHashedPassword(null!, hash, PasswordRules.Normalise(password)) switch
            {
                PasswordVerificationResult.Success => PasswordMatch.Yes,
                PasswordVerificationResult.SuccessRehashNeeded => PasswordMatch.YesByOldRecipe,
                _ => PasswordMatch.No,
            });
    }

    /// <summary>SMTP where a server is named (Smtp:Host, :Port, :Tls, :From, :UserName, :Password); otherwise, and always in Demo, files in the data folder.</summary>
    private static IMailer Mailer(ConfigurationManager configuration, string folder, bool isDemo) =>
        !isDemo && configuration["Smtp:Host"] is { Length: > 0 } host
            ? new SmtpMailer(new SmtpSettings(
                host,
                configuration.GetValue("Smtp:Port", 587),
                configuration.GetValue("Smtp:Tls", defaultValue: true),
                configuration["Smtp:From"] ?? throw new StartRefusedException("Smtp:Host is set, but Smtp:From, the address that letters come from, is not."),
                configuration["Smtp:UserName"],
                configuration["Smtp:Password"]))
            : new FolderMailer(Path.Combine(folder, "letters"));

    /// <summary>Passkeys belong to the site's own name, not to whatever a request calls it; the name asked at counts only where none is set.</summary>
    private static string? PasskeyDomain(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Host : null;

    private static Secrets LoadSecrets(string? configured, string folder)
    {
        try
        {
            return Secrets.Load(configured, folder);
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The installation's secret key cannot be read or made ({problem.Message}). Set EWASTE_SECRET_KEY to 32 random bytes in base64 (openssl rand -base64 32), or let EWASTE_DATA name a folder that can be written.");
        }
    }
}
