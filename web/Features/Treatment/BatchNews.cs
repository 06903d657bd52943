using System.Globalization;
using System.Resources;
using EwasteEpr.PublicRegister;
using EwasteEpr.Web.Hosting;

namespace EwasteEpr.Web.Features.Treatment;

/// <summary>The words of the message to who asked for news, in their language.</summary>
public sealed class BatchNews(PassportNews news)
{
    private static readonly ResourceManager Texts = new(typeof(TreatmentText));

    public Task<int> SweepAsync(CancellationToken ct) =>
        news.SweepAsync((language, batch) => string.Format(CultureInfo.InvariantCulture, Texts.GetString("News", Culture.Text(language))!, batch), ct);
}
