using System.Globalization;
using EwasteEpr.Messages;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>The sentences of letters, in the language of whoever will read them.</summary>
public sealed class Letters(IStringLocalizer<SignInText> signIn, IStringLocalizer<OrganisationsText> organisations, SiteAddress address)
{
    public Letter Join(HttpContext context, string email, string language, string? token) => token is null
        ? Write(email, language, signIn, "Letter.JoinKnown", address.Of(context, language, "sign-in"))
        : Write(email, language, signIn, "Letter.Join", address.Of(context, language, "join/start/" + token));

    public Letter Password(HttpContext context, string email, string language, string? token) => token is null
        ? Write(email, language, signIn, "Letter.PasswordUnknown", address.Of(context, language, "join"))
        : Write(email, language, signIn, "Letter.Password", address.Of(context, language, "sign-in/password/" + token));

    public Letter Invitation(HttpContext context, string email, string language, string token, string inviter, string organisation) =>
        Write(email, language, organisations, "Letter.Invitation", address.Of(context, language, "join/invite/" + token), inviter, organisation);

    public Letter AskToBeInvited(HttpContext context, string email, string language, string asker, string askerEmail, string organisation) =>
        Write(email, language, organisations, "Letter.Ask", address.Of(context, language, "switch"), asker, askerEmail, organisation);

    private static Letter Write(string to, string language, IStringLocalizer text, string key, params object[] values)
    {
        var (culture, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            Culture.Use(language);
            return new Letter(to, language, text[key + ".Subject"], text[key + ".Body", values]);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, ui);
        }
    }
}

/// <summary>The address that links in letters begin with: the configured one, or in Demo and development the one asked at.</summary>
/// <remarks>A Host header is whatever the sender of a request writes, so a letter must not repeat it in Production.</remarks>
public sealed class SiteAddress(IConfiguration configuration, PeopleSettings settings, IHostEnvironment environment)
{
    public string Of(HttpContext context, string language, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        var origin = configuration["EWASTE_ADDRESS"]?.TrimEnd('/');
        if (string.IsNullOrEmpty(origin))
        {
            origin = settings.IsDemo || !environment.IsProduction()
                ? $"{context.Request.Scheme}://{context.Request.Host}"
                : throw new InvalidOperationException("EWASTE_ADDRESS is not set: letters would not know where their links lead.");
        }

        return $"{origin}/{language}/{path}";
    }
}
