using System.Text.Encodings.Web;
using System.Text.Unicode;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Certification;
using EwasteEpr.Web.Features.Evidence;
using EwasteEpr.Web.Features.Collectors;
using EwasteEpr.Web.Features.Compliance;
using EwasteEpr.Web.Features.Consignments;
using EwasteEpr.Web.Features.Integrations;
using EwasteEpr.Web.Features.Deadlines;
using EwasteEpr.Web.Features.Declarations;
using EwasteEpr.Web.Features.DropOffs;
using EwasteEpr.Web.Features.Marketplace;
using EwasteEpr.Web.Features.Payments.BankStatements;
using EwasteEpr.Web.Features.Payments.Cards;
using EwasteEpr.Web.Features.Pickups;
using EwasteEpr.Web.Features.PublicRegister;
using EwasteEpr.Web.Features.Points;
using EwasteEpr.Web.Features.Reconciliation;
using EwasteEpr.Web.Features.Payments;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Features.Signatures;
using EwasteEpr.Web.Features.Tariffs;
using EwasteEpr.Web.Features.Treatment;
using EwasteEpr.Web.Hosting.Printing;
using EwasteEpr.Web.Features.Vouchers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.WebEncoders;

namespace EwasteEpr.Web.Hosting;

/// <summary>What the site is made of: one line for each thing, each defined in its own file.</summary>
public static class Pipeline
{
    public static void AddSite(this WebApplicationBuilder builder, Database database)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new StartedAt(TimeProvider.System.GetUtcNow()));
        services.AddSingleton(database);
        services.AddSingleton(new Db(database.Application));
        services.AddHostedService<OwnServerWatch>();
        builder.AddAssets();
        builder.AddLimits();
        services.AddJobs(builder.Configuration, database);
        services.AddCultures();
        services.AddPages();
        services.AddInputBinding();
        services.AddProblems();
        services.AddHealth();
        services.AddPrinting();
        builder.AddPeople(database);
        services.AddAgents();
        builder.AddSignatures();
        services.AddTariffs();
        services.AddDeclarations();
        services.AddReconciliation();
        services.AddDeclarantPages();
        builder.AddCards();
        services.AddBank();
        services.AddVouchers();
        services.AddPoints();
        builder.AddTakeBack(database);
        services.AddInvoicing();
        services.AddPickups();
        services.AddConsignments();
        services.AddTreatment();
        services.AddMarketplace();
        services.AddCollectors();
        services.AddCertification();
        services.AddEvidence();
        services.AddIntegrations();
        services.AddCompliance();
        services.AddDeadlines();
        services.AddPublicRegister();
    }

    public static void UseSite(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseProxies();
        app.UseSecurityHeaders();
        app.UseRequestLocalization();
        app.UseProblems();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRememberedLanguage();
        app.MapAssets();
        app.MapHealth();
        app.MapControllers().WithStaticAssets();
        app.MapCardWebhook();
        app.MapApiDescription();
        app.MapNothing();
    }

    private static void AddPages(this IServiceCollection services)
    {
        services.AddTransient(_ => Format.Current);
        services.AddSingleton<Routes>();
        // Kazakh and Russian are letters, not entities: a page is half the size and its source can be read.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.AddControllersWithViews(options => options.Filters.Add(new AutoValidateAntiforgeryTokenAttribute()))
            .AddRazorOptions(options => options.ViewLocationExpanders.Insert(0, new FeatureViews()))
            .AddViewLocalization()
            .AddDataAnnotationsLocalization(options => options.DataAnnotationLocalizerProvider = FeatureTexts.For);
    }

    /// <summary>An address that nobody answers is a 404 of its own, not something the closed fallback policy refuses.</summary>
    private static void MapNothing(this WebApplication app) =>
        app.MapFallback("{**path}", context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }).AllowAnonymous();
}
