using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace EwasteEpr.Web.Hosting;

/// <summary>The three languages of every page: Kazakh first. The language is the first word of the path.</summary>
public static class Culture
{
    public const string Cookie = "lang";

    /// <summary>Language code in the path -> the culture that formats numbers and dates.</summary>
    /// <remarks>English formats dates and numbers as en-GB does; money is formatted by our own helper in every language.</remarks>
    private static readonly Dictionary<string, string> Formats = new(StringComparer.Ordinal) { ["kk"] = "kk-KZ", ["ru"] = "ru-KZ", ["en"] = "en-GB" };

    public static IReadOnlyList<string> Codes { get; } = ["kk", "ru", "en"];

    public static string CurrentCode => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName is var code && Formats.ContainsKey(code) ? code : "kk";

    public static CultureInfo Format(string code) => CultureInfo.GetCultureInfo(Formats[code]);

    public static CultureInfo Text(string code) => CultureInfo.GetCultureInfo(code);

    public static bool IsCode(string? code) => code is not null && Formats.ContainsKey(code);

    public static void Use(string code)
    {
        CultureInfo.CurrentCulture = Format(code);
        CultureInfo.CurrentUICulture = Text(code);
    }

    public static IServiceCollection AddCultures(this IServiceCollection services)
    {
        services.AddLocalization();
        services.Configure<RouteOptions>(options => options.ConstraintMap["culture"] = typeof(CultureConstraint));
        return services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SupportedCultures = [.. Codes.Select(Format)];
            options.SupportedUICultures = [.. Codes.Select(Text)];
            options.DefaultRequestCulture = new RequestCulture("kk-KZ", "kk");
            options.RequestCultureProviders = [new FromRequest()];
        });
    }

    /// <summary>The language of the operator's shell; English where the shell speaks none of ours.</summary>
    public static string OfShell()
    {
        var code = (Environment.GetEnvironmentVariable("LANG") ?? "").Split('_', '.')[0];
        return IsCode(code) ? code : "en";
    }

    /// <summary>Path, then cookie, then the browser's wish, then Kazakh.</summary>
    public static string Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var first = context.Request.Path.Value?.Split('/', 3) is { Length: > 1 } words ? words[1] : null;
        return IsCode(first) ? first!
            : IsCode(context.Request.Cookies[Cookie]) ? context.Request.Cookies[Cookie]!
            : context.Request.GetTypedHeaders().AcceptLanguage
                .OrderByDescending(wish => wish.Quality ?? 1)
                .Select(wish => wish.Value.Value?.Split('-')[0])
                .FirstOrDefault(IsCode) ?? "kk";
    }

    /// <summary>A person who opened a page in a language wants that language next time at "/".</summary>
    public static void UseRememberedLanguage(this WebApplication app) => app.Use((context, next) =>
    {
        var code = Of(context);
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.RouteValues["culture"] as string == code && context.Request.Cookies[Cookie] != code)
        {
            context.Response.Cookies.Append(Cookie, code, new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(365),
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                IsEssential = true,
            });
        }

        return next(context);
    });

    private sealed class FromRequest : IRequestCultureProvider
    {
        public Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
        {
            var code = Of(httpContext);
            return Task.FromResult<ProviderCultureResult?>(new ProviderCultureResult(Formats[code], code));
        }
    }

    private sealed class CultureConstraint : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            values.TryGetValue(routeKey, out var value) && IsCode(value as string);
    }
}
