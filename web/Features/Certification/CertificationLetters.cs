using System.Globalization;
using EwasteEpr.Certification;
using EwasteEpr.Messages;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Certification;

/// <summary>The sweep that writes what happened to an application, an audit or a certification, in the reader's language.</summary>
public sealed class CertificationLetters(CertificationNotices notices, IConfiguration configuration, IStringLocalizer<CertificationText> text)
{
    public Task<int> SweepAsync(CancellationToken ct) => notices.SendAsync(Write, ct);

    /// <summary>What the organisation did itself needs no letter.</summary>
    private Letter? Write(CertificationNews news, NewsReader reader)
    {
        var path = (news.Subject, news.ToState) switch
        {
            ("Application", "Returned" or "Audit" or "Corrections" or "Certified" or "Refused") => $"org/{news.Slug}/certification/{news.Number}",
            ("Audit", "Assigned") when news.AuditorSlug is not null => $"org/{news.AuditorSlug}/audits/{news.Number}",
            ("Audit", "Reported" or "Closed") => $"org/{news.Slug}/certification/audits/{news.Number}",
            ("Certification", "Valid" or "Suspended" or "Withdrawn") or ("Expiry", _) => $"register/recyclers/{news.Number}",
            _ => null,
        };
        if (path is null)
        {
            return null;
        }

        var (culture, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            Culture.Use(reader.Language);
            var key = $"Letter.{news.Subject}.{news.ToState}";
            var where = configuration["EWASTE_ADDRESS"]?.TrimEnd('/') is { Length: > 0 } origin ? $"{origin}/{reader.Language}/{path}" : $"/{reader.Language}/{path}";
            var reason = string.IsNullOrEmpty(news.Reason) ? "" : "\n\n" + text["Letter.Reason", news.Reason].Value;
            var appeal = news.ToState is "Refused" or "Suspended" or "Withdrawn" ? "\n\n" + text["AppealText"].Value : "";
            var sentence = text[key, news.Number, reader.Language == "kk" ? news.NameKk : news.NameRu, news.ExpiresOn is { } day ? Format.Current.Date(day) : ""].Value;
            return new Letter(reader.Email, reader.Language, text["Letter.Subject", news.Number], $"{sentence}{reason}{appeal}\n\n{where}");
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, ui);
        }
    }
}
