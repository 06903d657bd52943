using EwasteEpr.Web.Features.Signatures;

namespace EwasteEpr.Web.Hosting;

/// <summary>What a browser may do with our answers.</summary>
public static class SecurityHeaders
{
    // No 'unsafe-inline': views use classes and SVG attributes, never style="" or on...="".
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        + "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly string CodeReaderPolicy = ContentPolicy.Replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", StringComparison.Ordinal);

    // The camera reads codes at the counter and the place finds the nearest point; nothing else is ever asked for.
    private const string Permissions = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), interest-cohort=()";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            // At the last moment: the page of a failure starts from an emptied response, without what was set before.
            context.Response.OnStarting(static response =>
            {
                Set((HttpResponse)response);
                return Task.CompletedTask;
            }, context.Response);
            return next(context);
        });
        if (!app.Environment.IsDevelopment() && !app.Configuration.IsDemo(app.Environment))
        {
            app.UseHsts();
        }
    }

    private static void Set(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = PolicyOf(response.HttpContext);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static string PolicyOf(HttpContext context)
    {
        var page = context.GetEndpoint()?.Metadata;
        return page?.GetMetadata<ReadsCodesAttribute>() is not null ? CodeReaderPolicy
            : page?.GetMetadata<SignsDocumentsAttribute>() is not null
                ? ContentPolicy.Replace("connect-src 'self'", "connect-src 'self' " + context.RequestServices.GetRequiredService<SigningComponent>().Sources, StringComparison.Ordinal)
            : ContentPolicy;
    }
}
