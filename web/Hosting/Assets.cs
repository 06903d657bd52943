namespace EwasteEpr.Web.Hosting;

/// <summary>Style sheet, script, fonts, mark: open to all, and kept by browsers for a year because their names carry their content.</summary>
public static class Assets
{
    public static void AddAssets(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // Not only in Development: a program that was built and not published finds its assets by this list.
        builder.WebHost.UseStaticWebAssets();
        // Otherwise a program that was not published watches the files and forbids caching.
        builder.Configuration["ReloadStaticAssetsAtRuntime"] = "false";
        builder.Services.AddSingleton<FontPreloads>();
        builder.Services.AddHsts(options =>
        {
            options.MaxAge = TimeSpan.FromDays(365);
            options.IncludeSubDomains = true;
        });
    }

    public static void MapAssets(this WebApplication app)
    {
        // The style sheet names fonts by our own content names, which the framework does not know to be unchanging.
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/dist/fonts", StringComparison.Ordinal))
            {
                context.Response.OnStarting(() =>
                {
                    if (context.Response.StatusCode == StatusCodes.Status200OK)
                    {
                        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                    }

                    return Task.CompletedTask;
                });
            }

            return next(context);
        });
        app.MapStaticAssets().AllowAnonymous();
    }
}
