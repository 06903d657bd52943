using System.Text.Encodings.Web;
using System.Text.Unicode;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Features.Tariffs;
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
        services.AddSingleton(database);
        services.AddSingleton(new Db(database.Application));
        services.AddJobs(builder.Configuration, database);
        services.AddCultures();
        services.AddTransient(_ => Format.Current);
        services.AddSingleton<Routes>();
        services.AddSingleton<FontPreloads>();
        // Kazakh and Russian are letters, not entities: a page is half the size and readable in its source.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddControllersWithViews().AddRazorOptions(options => options.ViewLocationExpanders.Insert(0, new FeatureViews())).AddViewLocalization();
        builder.AddPeople(database);
        services.AddTariffs();
    }

    public static void UseSite(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapStaticAssets().AllowAnonymous();
        app.MapControllers().WithStaticAssets();
    }
}
