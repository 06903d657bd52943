using System.Globalization;
using EwasteEpr.Integrations;
using EwasteEpr.Messages;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Integrations;

/// <summary>The sweep that writes to developers when a webhook was stopped, in the reader's language.</summary>
public sealed class FailureLetters(FailureNotices notices, IConfiguration configuration, IStringLocalizer<IntegrationsText> text)
{
    public Task<int> SweepAsync(CancellationToken ct) => notices.SendAsync(Write, ct);

    private Letter Write(FailedEndpoint failed, NoticeReader reader)
    {
        var (culture, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            Culture.Use(reader.Language);
            var path = $"/{reader.Language}/org/{failed.Slug}/webhooks/{failed.EndpointId}";
            var address = configuration["EWASTE_ADDRESS"]?.TrimEnd('/') is { Length: > 0 } origin ? origin + path : path;
            return new Letter(
                reader.Email,
                reader.Language,
                text["Letter.Subject"],
                text["Letter.Body", reader.Language == "kk" ? failed.NameKk : failed.NameRu, failed.Url, Format.Current.DateTime(failed.FailingSince), address]);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, ui);
        }
    }
}
