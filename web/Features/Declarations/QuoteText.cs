namespace EwasteEpr.Web.Features.Declarations;

/// <summary>Names the sentences of the quote API: QuoteText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class QuoteText;
