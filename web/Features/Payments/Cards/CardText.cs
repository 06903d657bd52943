namespace EwasteEpr.Web.Features.Payments.Cards;

/// <summary>Names the texts of this feature: CardText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class CardText;
