using System.Globalization;
using EwasteEpr.Kernel;
using EwasteEpr.Marketplace;
using EwasteEpr.Messages;
using EwasteEpr.Web.Features.Shared;
using EwasteEpr.Web.Hosting;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Marketplace;

/// <summary>The sweep of letters about lots, in the language of whoever reads them.</summary>
public sealed class LotLetters(LotNotices notices, IConfiguration configuration, IStringLocalizer<MarketplaceText> text)
{
    public Task<int> SweepAsync(CancellationToken ct) => notices.SendAsync(Write, ct);

    private Letter Write(LotNotice notice, NoticeReader reader)
    {
        var (culture, ui) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            Culture.Use(reader.Language);
            var format = Format.Current;
            var path = $"/{reader.Language}/org/{notice.Slug}/market/lots/{notice.Number}";
            var address = configuration["EWASTE_ADDRESS"]?.TrimEnd('/') is { Length: > 0 } origin ? origin + path : path;
            object[] values =
            [
                reader.Language == "ru" ? notice.NameRu : notice.NameKk, notice.Number, notice.Category, format.Kilograms(Weight.FromGrams(notice.DeclaredGrams)),
                reader.Language == "ru" ? notice.PlaceRu : notice.PlaceKk, format.DateTime(notice.ClosesAt), notice.ProtestUntil is { } until ? format.DateTime(until) : "–", address,
            ];
            return new Letter(reader.Email, reader.Language, text[$"Letter.{notice.Event}.Subject", notice.Number], text[$"Letter.{notice.Event}.Body", values]);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, ui);
        }
    }
}
